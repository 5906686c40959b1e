"""A projector whose work is done by a helper."""

from __future__ import annotations

from collections.abc import Callable

from application.projecting.projector import Projector
from interfaces.processes.channel import Ended
from interfaces.processes.restarting import RestartingProcess
from interfaces.storage.writers.protocol import CATCH_UP, DONE


class WriterProcessProjector:
    """Catches up through a helper while that is well, else by itself."""

    def __init__(self, own: Projector, helper: RestartingProcess) -> None:
        self._own = own
        self._helper = helper

    def last_position(self) -> int:
        return self._own.last_position()

    def catch_up(self, applied: Callable[[int], None] = lambda position: None) -> int:
        """As `Projector.catch_up`."""
        if self._helper.is_ready():
            try:
                return self._helped(applied)
            except Ended:
                pass  # what it has done counts; the rest is done here
        return self._own.catch_up(applied)

    def _helped(self, applied: Callable[[int], None]) -> int:
        self._helper.ask(CATCH_UP)
        while True:
            word, position = self._helper.answer()
            if word == DONE:
                return int(position)
            applied(position)
