"""A stream under the gzip content coding."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator

LEVEL = 1
"""The fastest: an eighth of a typical report is left, and higher levels save little more."""

GZIP_WINDOW = 31
"""zlib's word for a gzip header and its largest window."""


async def gzipped(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks, compressed on another thread."""
    compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP_WINDOW)
    async for chunk in chunks:
        compressed = await asyncio.to_thread(compressor.compress, chunk)
        if compressed:
            yield compressed
    yield compressor.flush()
