"""Lines about keys that were refused: one for each key and reason in a minute, so that guessing fills no disk."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from interfaces.http.request_log.ended_request import EndedRequest

log = logging.getLogger("reportrun.keys")

PERIOD_SECONDS = 60.0

MOST = 100
"""Different refusals in a period that have a line of their own; the others are counted."""


class RefusedKeys:
    """Logs refusals of keys, and at the next refusal after a period how many more there were."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._ends = 0.0
        self._logged: set[str] = set()
        self._more = 0

    def note(self, refusal: str, request: EndedRequest, client: str | None) -> None:
        """refusal: the message of the error; client: address of the caller"""
        self._begin_period()
        sentence = _first_sentence(refusal)
        if sentence in self._logged or len(self._logged) >= MOST:
            self._more += 1
            return
        self._logged.add(sentence)
        caller = request.context.caller if request.context is not None else None
        about = {
            "request_id": request.request_id,
            "key_id": caller and caller.key_id,
            "account": caller and caller.scope.account,
            "client": client,
        }
        log.warning("A key was refused. %s", sentence, extra={"about": about})

    def say_more(self) -> None:
        """Log how many refusals had no line of their own so far in this period."""
        if self._more:
            log.warning("%d more refusals of keys within %g s have no line.", self._more, PERIOD_SECONDS)
        self._more = 0

    def _begin_period(self) -> None:
        now = self._now()
        if now >= self._ends:
            self.say_more()
            self._ends = now + PERIOD_SECONDS
            self._logged.clear()


def _first_sentence(text: str) -> str:
    return text.split(". ", maxsplit=1)[0].removesuffix(".") + "."
