"""A run's file: a page of its rows, and its download as CSV."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from application.views.runs import RunRow
from domain.errors import FileExpired, NotFound
from interfaces.console.console_services import services_of
from interfaces.console.pages.address_numbers import number_of
from interfaces.console.pages.one_run.run_file import file_of
from interfaces.console.pages.recorded_reads import record_download
from interfaces.console.record_pages import RecordPage, page_at
from interfaces.console.rendering import READS_FILES, may
from interfaces.console.signed_in import caller_of
from interfaces.host.streams.started_stream import started


class Preview(NamedTuple):
    """Rows of a run's file, numbered from 1.

    first  the number of the first one shown
    total  all rows of the file
    lost   why there are none; empty when there are
    """

    size: int
    records: RecordPage | None
    first: int = 0
    total: int = 0
    lost: str = ""

    @property
    def last(self) -> int:
        return self.first + len(self.records.rows) - 1 if self.records else 0

    @property
    def has_earlier(self) -> bool:
        return self.records is not None and self.records.start > self.records.data_start

    @property
    def has_later(self) -> bool:
        return self.records is not None and self.records.end < self.size


async def preview_of(request: Request, run: RunRow, total: int) -> Preview | None:
    """None for a run without a file, and for a key that may not read files.

    The address names a byte as `at` with the number of its row, `row`; or as `before` with the number of rows before.
    """
    if run.file_id is None or not may(caller_of(request), READS_FILES):
        return None
    services = services_of(request)
    try:
        file = await services.files.readable(caller_of(request).scope, run.file_id)
        at, before, row = (number_of(request, name) for name in ("at", "before", "row"))

        def read(start: int, length: int) -> AsyncGenerator[bytes]:
            return services.files.read(file, start, length)

        records = await page_at(read, file.size, at if before is None else before, is_end=before is not None)
    except (FileExpired, NotFound) as lost:
        return Preview(0, None, lost=str(lost))
    await record_download(request, file, f"bytes {records.start}-{max(records.end - 1, 0)}/{file.size}")
    first = (row or total) - len(records.rows) + 1 if before is not None else row or 1
    return Preview(file.size, records, max(first, 1), total)


async def download_csv(request: Request) -> Response:
    services = services_of(request)
    _, file = await file_of(request)
    headers = {"Content-Disposition": f'attachment; filename="{file.filename}"', "Content-Length": str(file.size)}
    if request.method == "HEAD":
        return Response(None, 200, headers, "text/csv")
    chunks = await started(services.files.read(file, 0, file.size), lambda: record_download(request, file))
    return StreamingResponse(chunks, 200, headers, "text/csv")
