"""httptools, with a limit on the address and headers of a request: by itself it gathers them without end."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from interfaces.http.server.joined_writes import JoinedWrites
from interfaces.http.server.whole_answers import EXTENSION, whole_answers

MAX_HEAD_BYTES = 65_536


class BoundedHeads(HttpToolsProtocol):
    """Refuses a request whose head goes on for more than `MAX_HEAD_BYTES`."""

    _head_bytes = 0
    _in_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(JoinedWrites(transport))  # type: ignore[arg-type]

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response(f"The address and headers are longer than {MAX_HEAD_BYTES} bytes.")

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()
        if self.cycle is not None:
            self.scope["extensions"] = {EXTENSION: whole_answers(self.cycle)}  # type: ignore[dict-item]

    def on_message_complete(self) -> None:
        self._in_head, self._head_bytes = True, 0
        super().on_message_complete()
