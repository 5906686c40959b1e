"""The loop of a process that seals: again and again, until it is stopped."""

from __future__ import annotations

import logging
import threading

from application.audit.sealer import Sealer
from domain.errors import ReportrunError

log = logging.getLogger("reportrun.seal")


class SealLoop:
    def __init__(self, sealer: Sealer, seconds: float) -> None:
        """seconds  from one look at the log to the next"""
        self._sealer = sealer
        self._seconds = seconds
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
            self._sealer.seal()
            self._trouble = ""
        except Exception as trouble:  # the store or the files cannot be reached, or the log was changed: try again
            said = str(trouble) or type(trouble).__name__
            if said != self._trouble:
                expected = isinstance(trouble, (ReportrunError, OSError))
                log.error("The log is not sealed now. %s", said, exc_info=not expected)
            self._trouble = said
