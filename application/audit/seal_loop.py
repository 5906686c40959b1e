"""The loop of a process that seals: again and again, until it is stopped."""

from __future__ import annotations

import logging
import threading

from application.audit.sealer import Sealer
from application.audit.timestamps.daily_timestamp import DailyTimestamp
from domain.errors import ReportrunError

log = logging.getLogger("reportrun.seal")


class SealLoop:
    def __init__(self, sealer: Sealer, seconds: float, timestamp: DailyTimestamp | None = None) -> None:
        """
        seconds    from one look at the log to the next
        timestamp  is offered the newest checkpoint after each look, while this process is the one that seals
        """
        self._sealer = sealer
        self._seconds = seconds
        self._timestamp = timestamp
        self._trouble = ""

    def run(self, stop: threading.Event) -> None:
        """Seal until the event is set, then once more, and let another process seal."""
        while not stop.is_set():
            self._step()
            stop.wait(self._seconds)
        self._step()
        try:
            self._sealer.release()
        except ReportrunError as trouble:
            log.debug("%s", trouble)  # the lease ends by itself

    def _step(self) -> None:
        """Seal, and report trouble once, not each second."""
        try:
            state = self._sealer.seal()
            if state is not None and self._timestamp is not None:
                self._timestamp.offer(state.note)
            self._trouble = ""
        except Exception as trouble:  # the store or the files cannot be reached, or the log was changed: try again
            said = str(trouble) or type(trouble).__name__
            if said != self._trouble:
                expected = isinstance(trouble, (ReportrunError, OSError))
                log.error("The log is not sealed now. %s", said, exc_info=not expected)
            self._trouble = said
