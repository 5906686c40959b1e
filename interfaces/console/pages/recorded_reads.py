"""Reads through the console are recorded as those through the API are, where the installation records them."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.requests import Request

from application.views.files import FileRow
from domain.files.read_log import DOWNLOAD, Read
from interfaces.console.console_services import services_of
from interfaces.console.signed_in import caller_of


async def record_look(request: Request, run_id: str, what: str) -> None:
    """A look at a run, once, not with each poll. Raises `StoreUnavailable`."""
    reads = services_of(request).reads
    if reads is None or not reads.with_looks or request.method != "GET" or "hx-request" in request.headers:
        return
    caller = caller_of(request)
    await reads.record(Read(run_id, caller.scope, caller.actor, datetime.now(UTC), what))


async def record_charts(request: Request, file: FileRow) -> None:
    """A look at the sums over a file's rows. Raises `StoreUnavailable`."""
    reads = services_of(request).reads
    if reads is None or not reads.with_looks or request.method != "GET":
        return
    caller = caller_of(request)
    await reads.record(Read(file.run_id, caller.scope, caller.actor, datetime.now(UTC), "charts", None, file.id))


async def record_download(request: Request, file: FileRow, part: str | None = None) -> None:
    """part: which bytes were read, as a `Content-Range`; None: all. Raises `StoreUnavailable`."""
    reads = services_of(request).reads
    if reads is None or request.method != "GET":
        return
    caller = caller_of(request)
    now = datetime.now(UTC)
    await reads.record(Read(file.run_id, caller.scope, caller.actor, now, DOWNLOAD, None, file.id, part))
