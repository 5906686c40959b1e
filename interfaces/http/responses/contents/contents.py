"""The response with a file's bytes: whole or in part, plain or gzip, or none when the caller has them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping

from starlette.responses import Response, StreamingResponse

from application.views.files import FileRow
from interfaces.host.streams.started_stream import started
from interfaces.http.edge.refusals import PreconditionFailed
from interfaces.http.responses.contents.conditions import (
    RangeRefused,
    accepts_gzip,
    is_exactly,
    matches,
    names,
    requested_range,
)
from interfaces.http.responses.contents.gzip_stream import gzipped

CSV = "text/csv"

Read = Callable[[FileRow, int, int], AsyncGenerator[bytes]]

Record = Callable[[str | None], Awaitable[None]]
"""Records that bytes are handed out; takes the `Content-Range` of a part, None for the whole file."""


async def no_record(part: str | None) -> None:
    """For reads that are not recorded."""


class Contents:
    """One file's bytes.

    read    gives the bytes of a file from an offset, of a length, in chunks
    record  called when the bytes are there, and before they are sent; when it raises, none are sent
    """

    def __init__(self, file: FileRow, read: Read, record: Record = no_record) -> None:
        self._file = file
        self._read = read
        self._record = record
        self._tag = f'"{file.sha256}"'
        self._headers = {
            "Accept-Ranges": "bytes",
            "Content-Disposition": f'attachment; filename="{file.filename}"',
            "ETag": self._tag,
            "Vary": "Accept-Encoding",
        }

    async def response(self, method: str, asked: Mapping[str, str]) -> Response:
        """The response to GET or HEAD with the headers `asked`.

        Raises `PreconditionFailed` for an `If-Match` of another file, and `NotFound` when the bytes are gone.
        """
        if not matches(asked.get("if-match"), self._tag):
            raise PreconditionFailed(self._tag)
        if names(asked.get("if-none-match"), self._tag):
            return Response(status_code=304, headers=self._headers)
        try:
            part = self._part(method, asked)
        except RangeRefused:
            return Response(status_code=416, headers={**self._headers, "Content-Range": f"bytes */{self._file.size}"})
        if part is not None:
            about = f"bytes {part.start}-{part.stop - 1}/{self._file.size}"
            return await self._plain(method, part, 206, {**self._headers, "Content-Range": about})
        if accepts_gzip(asked.get("accept-encoding")):
            return await self._gzip(method)
        return await self._plain(method, range(self._file.size), 200, self._headers)

    def _part(self, method: str, asked: Mapping[str, str]) -> range | None:
        """The bytes that a `Range` asks for; None for all, which is also what a changed file gets under `If-Range`."""
        if method != "GET" or not is_exactly(asked.get("if-range", self._tag), self._tag):
            return None
        return requested_range(asked.get("range"), self._file.size)

    async def _plain(self, method: str, part: range, status: int, headers: dict[str, str]) -> Response:
        headers = {**headers, "Content-Length": str(len(part))}
        if method == "HEAD":
            return Response(None, status, headers, CSV)
        chunks = await self._started(part, headers.get("Content-Range"))
        return StreamingResponse(chunks, status, headers, CSV)

    async def _gzip(self, method: str) -> Response:
        """All of it, compressed on the way. Other bytes need another tag: a weak one, that no range can refer to."""
        headers = {**self._headers, "Content-Encoding": "gzip", "ETag": f"W/{self._tag}"}
        if method == "HEAD":
            return Response(None, 200, headers, CSV)
        chunks = await self._started(range(self._file.size), about=None)
        return StreamingResponse(gzipped(chunks), 200, headers, CSV)

    async def _started(self, part: range, about: str | None) -> AsyncIterator[bytes]:
        """The bytes of a part. about: the part as a `Content-Range`; None for the whole file"""
        return await started(self._read(self._file, part.start, len(part)), lambda: self._record(about))
