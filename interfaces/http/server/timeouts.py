"""How long a connection may keep the server waiting."""

from __future__ import annotations

from typing import NamedTuple

from starlette.types import Scope

from interfaces.settings import Settings

LINGER_SECONDS = 2.0
"""How long a connection stays open after its last response, so that the caller can read it."""


class Timeouts(NamedTuple):
    """In seconds, checked once a second.

    idle  without a request; also the time until the first
    head  from a request's first byte to the end of its headers
    body  from there to the end of its body
    send  for which a caller takes nothing of a response
    """

    idle: float = 5.0
    head: float = 10.0
    body: float = 30.0
    send: float = 60.0

    @classmethod
    def of(cls, settings: Settings) -> Timeouts:
        return cls(
            settings.idle_timeout_seconds,
            settings.head_timeout_seconds,
            settings.body_timeout_seconds,
            settings.send_timeout_seconds,
        )


LONG_BODY = "reportrun.long_body"
"""Key of a request's state: its body may take longer than others, as long as something comes."""


def allow_long_body(scope: Scope) -> None:
    """Let the body of a request take as long as it must: `body` is then the longest time in which nothing comes."""
    scope.setdefault("state", {})[LONG_BODY] = True


class Stopwatch:
    """The time since something last changed, as seen by the checks; nothing is measured between them."""

    def __init__(self) -> None:
        self._seen: object = None
        self._since = 0.0

    def unchanged_for(self, state: object, now: float) -> float:
        """Seconds since `state` was first seen."""
        if state != self._seen:
            self._seen, self._since = state, now
        return now - self._since
