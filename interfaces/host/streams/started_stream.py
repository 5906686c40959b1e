"""Starts a stream of bytes before its response begins, so that missing bytes become an error response."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable


async def started(chunks: AsyncGenerator[bytes], before_sending: Callable[[], Awaitable[None]]) -> AsyncIterator[bytes]:
    """The same chunks, after the first was read.

    before_sending  called when the first chunk is there; when it raises, none is sent

    Raises what reading the first chunk raises.
    """
    first = await anext(chunks, b"")
    try:
        await before_sending()
    except BaseException:
        await chunks.aclose()
        raise

    async def from_the_first() -> AsyncIterator[bytes]:
        yield first
        async for chunk in chunks:
            yield chunk

    return from_the_first()
