"""The gzip content coding: whether a caller takes it, and a stream under it."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator

LEVEL = 1
"""The fastest: it makes an eighth of a typical report, and higher levels little less."""

GZIP_WINDOW = 31
"""zlib's word for a gzip header and its largest window."""


def accepts_gzip(header: str | None) -> bool:
    """Whether an `Accept-Encoding` header takes gzip: by name, or else by `*`, with a weight above 0."""
    weights = dict(_weighted(coding) for coding in (header or "").lower().split(","))
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def _weighted(coding: str) -> tuple[str, float]:
    name, _, parameters = coding.partition(";")
    sign, equals, weight = parameters.strip().partition("=")
    if sign.strip() != "q" or not equals:
        return name.strip(), 1.0
    try:
        return name.strip(), float(weight)
    except ValueError:
        return name.strip(), 0.0


async def gzipped(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks, compressed; other requests go on meanwhile."""
    compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP_WINDOW)
    async for chunk in chunks:
        compressed = await asyncio.to_thread(compressor.compress, chunk)
        if compressed:
            yield compressed
    yield compressor.flush()
