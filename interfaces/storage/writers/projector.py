"""A projector that lets a writer process do its work."""

from __future__ import annotations

from collections.abc import Callable

from application.projecting.projector import Projector
from interfaces.processes.channel import ChannelClosed
from interfaces.processes.restarting import RestartingProcess
from interfaces.storage.writers.protocol import CATCH_UP, DONE


class WriterProcessProjector:
    """Catches up through the writer process while that is ready, else through a projector of this process."""

    def __init__(self, fallback: Projector, process: RestartingProcess) -> None:
        self._fallback = fallback
        self._process = process

    def position(self) -> int:
        return self._fallback.position()

    def last_position(self) -> int:
        return self._fallback.last_position()

    def catch_up(self, applied: Callable[[int], None] = lambda position: None) -> int:
        """As `Projector.catch_up`."""
        if self._process.is_ready():
            try:
                return self._through_process(applied)
            except ChannelClosed:
                pass  # what it has projected counts; the rest is done here
        return self._fallback.catch_up(applied)

    def _through_process(self, applied: Callable[[int], None]) -> int:
        self._process.send(CATCH_UP)
        while True:
            kind, position = self._process.receive()
            if kind == DONE:
                return int(position)
            applied(position)
