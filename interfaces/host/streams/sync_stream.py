"""An asynchronous stream of bytes, for code without an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator


def in_sync(chunks: AsyncGenerator[bytes]) -> Iterator[bytes]:
    """The same chunks. The stream is closed at the end, also at an early one."""

    async def following() -> bytes:
        return await anext(chunks, b"")

    with asyncio.Runner() as loop:
        try:
            while chunk := loop.run(following()):
                yield chunk
        finally:
            loop.run(chunks.aclose())
