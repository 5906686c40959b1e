"""The download of a run's file as an Excel workbook."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from domain.runs.run_parameters import separator_in
from interfaces.console.console_services import services_of
from interfaces.console.pages.one_run.run_file import file_of, rows_on_record
from interfaces.console.pages.recorded_reads import record_download
from interfaces.console.tasks.task_orders import WorkbookOrder
from interfaces.host.scratch_folder import ScratchFolder

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

CHUNK_BYTES = 262_144


async def download_workbook(request: Request) -> Response:
    """It is made in a process of its own, in a temporary folder. Raises `InvalidParameter` for what no sheet holds."""
    services = services_of(request)
    run, file = await file_of(request)
    headers = {"Content-Disposition": f'attachment; filename="{Path(file.filename).stem}.xlsx"'}
    if request.method == "HEAD":
        return Response(None, 200, headers, EXCEL)
    separator = separator_in(orjson.loads(run.parameters))
    rows = await rows_on_record(request, run.id)
    folder = await asyncio.to_thread(ScratchFolder, services.scratch, "workbook-")
    try:
        made = folder.path / "report.xlsx"
        order = WorkbookOrder(file.id, file.size, file.sha256, rows, separator, made)
        await services.tasks.run(order, services.task_seconds)
        await record_download(request, file)
    except BaseException:
        folder.remove()
        raise
    headers["Content-Length"] = str(made.stat().st_size)
    return StreamingResponse(_chunks(made, folder), 200, headers, EXCEL)


async def _chunks(made: Path, folder: ScratchFolder) -> AsyncIterator[bytes]:
    """The file. Its folder is removed at the end, also when the visitor leaves early."""
    try:
        with made.open("rb") as file:
            while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
                yield chunk
    finally:
        folder.remove()
