"""Flow control of a connection: it reads on only when no request waits in its pipeline."""

from __future__ import annotations

import asyncio
from collections.abc import Sized

from uvicorn.protocols.http.flow_control import FlowControl


class PipelineFlow(FlowControl):
    """uvicorn resumes reading after every response, also when thousands of requests wait for theirs."""

    def __init__(self, transport: asyncio.Transport, pipeline: Sized) -> None:
        super().__init__(transport)
        self._pipeline = pipeline
        self._stopped = False

    def resume_reading(self) -> None:
        if not self._pipeline and not self._stopped:
            super().resume_reading()

    def stop_reading(self) -> None:
        """For ever."""
        self._stopped = True
        if not self._transport.is_closing():
            self.pause_reading()

    def discard(self) -> None:
        """Read on after `stop_reading`, for a connection that discards what it reads."""
        if self.read_paused and not self._transport.is_closing():
            super().resume_reading()
