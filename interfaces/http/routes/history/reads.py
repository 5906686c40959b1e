"""Reads that an installation records, if `REPORTRUN_AUDIT_READS` says so: before the response is sent."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.requests import Request

from application.views.files import FileRow
from domain.access.caller import Scope
from domain.files.read_log import DOWNLOAD, Read
from interfaces.http.edge.request_context import RequestContext, api_of
from interfaces.http.responses.contents.contents import Record, no_record


def record_of_download(request: Request, file: FileRow, actor: str, request_id: str | None = None) -> Record:
    """What records a download. actor: the key, or the file link"""
    reads = api_of(request).reads
    if reads is None:
        return no_record

    async def record(part: str | None) -> None:
        scope = Scope(file.account, bool(file.livemode))
        await reads.record(Read(file.run_id, scope, actor, _now(), DOWNLOAD, request_id, file.id, part))

    return record


async def record_look(
    request: Request, context: RequestContext, run_id: str, what: str, file_id: str | None = None
) -> None:
    """what: `report_run`, `history` or `file`. Raises `StoreUnavailable`."""
    reads = api_of(request).reads
    if reads is None or not reads.with_looks or request.method != "GET":
        return
    caller = context.caller
    await reads.record(Read(run_id, caller.scope, caller.key_id, _now(), what, context.request_id, file_id))


def _now() -> datetime:
    return datetime.now(UTC)
