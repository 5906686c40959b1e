"""A receiver of webhooks on loopback, in a thread of its own: it keeps what it is sent, and answers as it is told."""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

import orjson

START_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Received:
    """One request. at: seconds of the monotonic clock"""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def event_id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, object]:
        found: dict[str, object] = orjson.loads(self.body)
        return found


Reply = Callable[[asyncio.StreamWriter, Received], Awaitable[None]]


def status(code: int, body: bytes = b"", **headers: str) -> Reply:
    """Answers at once."""

    async def reply(writer: asyncio.StreamWriter, received: Received) -> None:
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 {code} -\r\n{lines}content-length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()

    return reply


async def hang(writer: asyncio.StreamWriter, received: Received) -> None:
    """Answers nothing until the sender goes away."""
    await asyncio.sleep(60)


async def drip_head(writer: asyncio.StreamWriter, received: Received) -> None:
    """Sends its head a byte at a time, without an end."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(6_000):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.01)


async def drip_body(writer: asyncio.StreamWriter, received: Received) -> None:
    """Sends its body a byte at a time, without an end."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 6000\r\n\r\n")
    for _ in range(6_000):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.01)


async def huge_body(writer: asyncio.StreamWriter, received: Received) -> None:
    """Sends a body of up to 64 MiB, for as long as it is read."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % (64 * 1024 * 1024))
    for _ in range(64 * 16):
        writer.write(b"x" * 64 * 1024)
        await writer.drain()


@dataclass
class Receiver:
    """replies: one for each request, in turn; the last one goes on"""

    replies: list[Reply] = field(default_factory=lambda: [status(200)])
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def event_ids(self) -> list[str]:
        return [one.event_id for one in self.received]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                received = await _read(reader)
                reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
                self.received.append(received)
                await reply(writer, received)
            writer.close()
        except asyncio.CancelledError:
            writer.transport.abort()


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    request, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(request.split()[1], headers, body, time.monotonic())


@contextmanager
def receiving(*replies: Reply, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A running receiver."""
    receiver, started = Receiver(list(replies) or [status(200)]), threading.Event()
    ends: list[Callable[[], object]] = []

    async def serve() -> None:
        ended = asyncio.Event()
        ends.append(partial(asyncio.get_running_loop().call_soon_threadsafe, ended.set))
        server = await asyncio.start_server(receiver.handle, "127.0.0.1", port, ssl=tls)
        receiver.port = server.sockets[0].getsockname()[1]
        started.set()
        await ended.wait()
        server.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="receiver", daemon=True)
    thread.start()
    assert started.wait(START_SECONDS), "the receiver did not start"
    try:
        yield receiver
    finally:
        ends[0]()
        thread.join()
