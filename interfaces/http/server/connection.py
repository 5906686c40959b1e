"""One connection of the HTTP server: its responses in their order, its end, and how long it may take."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from domain.errors import ReportrunError
from interfaces.http.edge.refusals import RequestTimedOut
from interfaces.http.server.bounded_parsing import BoundedParsing
from interfaces.http.server.pipeline_flow import PipelineFlow
from interfaces.http.server.rate_limited_warnings import RateLimitedWarnings
from interfaces.http.server.refusal import refusal_bytes
from interfaces.http.server.response_head import quick_send
from interfaces.http.server.timeouts import LINGER_SECONDS, LONG_BODY, Stopwatch, Timeouts
from interfaces.http.server.write_coalescing import CoalescedWrites

MAX_DISCARDED_BYTES = 1_048_576
"""What is read of a connection after its last response, so that the response is not lost to a reset."""


class Connection(BoundedParsing):
    """Requests that wait are in its `pipeline`; while there are any, nothing is read."""

    flow: PipelineFlow

    def __init__(
        self,
        *arguments: Any,
        timeouts: Timeouts = Timeouts(),  # noqa: B008
        warnings: RateLimitedWarnings | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*arguments, **more)
        self._timeouts = timeouts
        self._warnings = warnings or RateLimitedWarnings()
        self._stopwatch = Stopwatch()
        self._running: RequestResponseCycle | None = None
        self._last_bytes: bytes | None = None
        self._caller_ended = self._lingers = False
        self._discarded = self._received = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._writes = CoalescedWrites(transport)
        super().connection_made(self._writes)  # type: ignore[arg-type]
        self.flow = PipelineFlow(transport, self.pipeline)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.pipeline.clear()
        if self._running is not None and not self._running.response_complete:
            _disconnect(self._running)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        if not self._parses_no_more:
            super().data_received(data)
        elif self._lingers:
            self._discarded += len(data)
            if self._discarded > MAX_DISCARDED_BYTES:
                self.transport.close()

    def eof_received(self) -> bool:  # type: ignore[override]
        """The caller sends nothing more. True keeps the connection open for the responses that are due."""
        self._caller_ended = self._parses_no_more = True
        self.flow.stop_reading()
        self._drop_unread_request()
        if self._lingers or not self._is_responding():
            self._writes.flush()  # False closes the transport
            return False
        self._last_bytes = b""
        return True

    # ---------------------------------------------------------------- responses in their order

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, lambda scope, receive, send: app(scope, receive, quick_send(cycle)))

    def on_response_complete(self) -> None:
        """Instead of uvicorn's, which resumes reading while requests wait."""
        self.server_state.total_requests += 1
        self._steps += 1
        if self.transport.is_closing():
            return
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self._last_bytes is not None:
            self._end(self._last_bytes)
        self.flow.resume_reading()

    def _is_responding(self) -> bool:
        return self._running is not None and not self._running.response_complete

    # ---------------------------------------------------------------- the end

    def parsing_stopped(self, error: ReportrunError | None) -> None:
        """End the connection after the responses that are due; with a refusal of the request that has an error."""
        self._parses_no_more = True
        self.flow.stop_reading()
        refusal = b""
        if error is not None:
            self._warnings.warn(f"A request was refused: {error}")
            refusal = refusal_bytes(error, self.server_state.default_headers)
            if not self._drop_unread_request():
                self.transport.close()
                return
        if self._is_responding():
            self._last_bytes = refusal
        else:
            self._end(refusal)

    def _drop_unread_request(self) -> bool:
        """Drop the newest request if its body has not come whole. False: its response has begun already."""
        if not self._in_body:
            return True
        self._in_body = False
        if self.pipeline:
            self.pipeline.popleft()
            return True
        if self._is_responding():
            _disconnect(self.cycle)
            self._running = None
        return not self.cycle.response_started

    def _end(self, last_bytes: bytes) -> None:
        """Send the last bytes, and close once the caller has had time to read them."""
        if last_bytes:
            self.transport.write(last_bytes)
        if self._caller_ended or self.transport.is_closing():
            self.transport.close()
            return
        self._lingers = True
        self.transport.write_eof()
        self.flow.discard()

    # ---------------------------------------------------------------- time

    def check_time(self, now: float) -> None:
        """End what takes too long. Called about once a second.

        now  monotonic seconds
        """
        unsent = self.transport.get_write_buffer_size()
        came = self._received if self._in_body and LONG_BODY in self.scope["state"] else 0
        waited = self._stopwatch.unchanged_for((self._steps, unsent, self._lingers, came), now)
        if unsent:
            if waited >= self._timeouts.send:
                self.transport.abort()
        elif self._lingers or self.transport.is_closing():
            if waited >= LINGER_SECONDS:
                self.transport.abort()
        elif self._in_body:
            if waited >= self._timeouts.body and not self.pipeline:
                self.parsing_stopped(RequestTimedOut("body", self._timeouts.body))
        elif self._is_responding():
            return
        elif self._in_head:
            if waited >= self._timeouts.head:
                self.parsing_stopped(RequestTimedOut("head", self._timeouts.head))
        elif waited >= self._timeouts.idle:
            self.transport.close()


def _disconnect(cycle: RequestResponseCycle) -> None:
    """Let the application see that its caller is gone; nothing more is sent."""
    cycle.disconnected = True
    cycle.message_event.set()
