"""uvicorn's httptools protocol with limits on the head of a request and on the number of requests that wait."""

from __future__ import annotations

from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from domain.errors import ReportrunError
from interfaces.http.edge.refusals import FramingTooLong, HeadTooLarge, RequestUnreadable, TooManyHeaders

MAX_HEADER_BYTES = 65_536
MAX_HEADERS = 128

MAX_FRAMING_BYTES = 65_536
"""Of a chunked body, what may come in a row without a byte of its data: the lines of chunks, and trailer fields."""

MAX_PIPELINED = 16
"""Requests of one connection that may wait. At one more nothing further is parsed; it closes after their responses."""


class StopParsing(Exception):
    """Raised in a callback of the parser, which then takes nothing more."""


class BoundedParsing(HttpToolsProtocol):
    """Parses until a request cannot be read, or too many wait: then it calls `parsing_stopped`, once.

    _in_head, _in_body  which part of the newest request has not been read to its end
    _steps              changes with every part that begins or ends
    """

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._in_head = self._in_body = self._parses_no_more = False
        self._head_bytes = self._framing_bytes = self._steps = 0
        self._head_may_be_too_large = self._message_ended = False
        self._error: ReportrunError | None = None

    def parsing_stopped(self, error: ReportrunError | None) -> None:
        """error  what is wrong with the newest request; None when it was one too many"""
        raise NotImplementedError

    def data_received(self, data: bytes) -> None:
        is_of_the_head, self._message_ended = not self._in_body, False
        if self._in_body:
            self._framing_bytes += len(data)
        self._head_may_be_too_large = self._head_bytes + len(data) > MAX_HEADER_BYTES
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserCallbackError as stop:
            self._stop(
                self._error
                if isinstance(stop.__context__, StopParsing)
                else RequestUnreadable("its address cannot be read")
            )
        except httptools.HttpParserError as fault:
            self._stop(RequestUnreadable(str(fault)))
        except httptools.HttpParserUpgrade:  # to a protocol that is not served: the request itself is
            self._stop(None)
        if self._in_head and is_of_the_head and not self._message_ended and not self._parses_no_more:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEADER_BYTES:
                self._stop(HeadTooLarge(MAX_HEADER_BYTES))
        if self._in_body and self._framing_bytes > MAX_FRAMING_BYTES and not self._parses_no_more:
            self._stop(FramingTooLong(MAX_FRAMING_BYTES))

    def _stop(self, error: ReportrunError | None) -> None:
        self._parses_no_more = True
        self.parsing_stopped(error)

    # ---------------------------------------------------------------- callbacks of the parser

    def on_message_begin(self) -> None:
        last = self.cycle
        if len(self.pipeline) >= MAX_PIPELINED or (last is not None and not last.keep_alive):
            raise StopParsing
        super().on_message_begin()
        self._in_head = True
        self._steps += 1

    def on_header(self, name: bytes, value: bytes) -> None:
        """Instead of uvicorn's, which takes trailer fields for headers."""
        if not self._in_head:
            return
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        self._in_head, self._head_bytes = False, 0
        if self._head_may_be_too_large and self._head_size() > MAX_HEADER_BYTES:
            self._error = HeadTooLarge(MAX_HEADER_BYTES)
            raise StopParsing
        if len(self.headers) > MAX_HEADERS:
            self._error = TooManyHeaders(len(self.headers), MAX_HEADERS)
            raise StopParsing
        super().on_headers_complete()
        self._in_body, self._framing_bytes = True, 0
        self._steps += 1

    def on_body(self, body: bytes) -> None:
        self._framing_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_body, self._message_ended = False, True
        self._steps += 1
        super().on_message_complete()

    def _head_size(self) -> int:
        """The bytes of the address and of each header's line."""
        return len(self.url) + sum(len(name) + len(value) + len(b": \r\n") for name, value in self.headers)
