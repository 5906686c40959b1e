"""One write for the head of an answer and its body: each write is a call into the system, and costs what it does.

What is whole waits, too: the answers of one turn of the event loop go out together, and wake a client once.
"""

from __future__ import annotations

import asyncio
from typing import Any


class JoinedWrites:
    """A transport that holds a write until the next one comes, or until the event loop turns."""

    __slots__ = ("_held", "_loop", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._held = b""

    def write(self, data: bytes) -> None:
        if self._held:
            self._transport.write(self._held + data)
            self._held = b""
        elif data:
            self._held = data
            self._loop.call_soon(self._send_held)

    def close(self) -> None:
        self._send_held()
        self._transport.close()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def _send_held(self) -> None:
        if self._held:
            self._transport.write(self._held)
            self._held = b""
