"""The objects that callers read: `id` first, `object` second, all other keys in alphabetical order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson

from application.history.past_run import PastRun
from application.log.damage import topic_of
from application.runs.history_actors import PLATFORM
from application.runs.report_types import Offer
from application.runs.run_history import history_event_id
from application.views.runs import ListedRun, RunRow
from domain.aggregate import TextIdEvent
from interfaces.http.request_log.ended_request import MAX_PATH, EndedRequest
from interfaces.http.responses.file_objects import NO_LINKS, FileLinkList, file_of_run
from interfaces.http.responses.json_bytes import alphabetical, item_bytes

if TYPE_CHECKING:  # processes that deliver events write these objects without a web framework
    from interfaces.http.edge.request_context import RequestContext
    from interfaces.http.responses import response_models


def run_object(run: RunRow | ListedRun, base_url: str, links: FileLinkList = NO_LINKS) -> response_models.ReportRun:
    """links  of its result"""
    return {
        "id": run.id,
        "object": "reporting.report_run",
        "created": run.created,
        "error": run.error,
        "livemode": bool(run.livemode),
        "parameters": orjson.loads(run.parameters),
        "report_type": run.report_type,
        "result": _result(run, base_url, links),
        "status": run.status,
        "succeeded_at": run.succeeded_at,
    }


@lru_cache(maxsize=1024)
def run_item(run: ListedRun, base_url: str) -> bytes:
    """A run as it stands in a list. Cached by all values of the row, so a change of any of them is shown."""
    return item_bytes(run_object(run, base_url))


def _result(run: RunRow | ListedRun, base_url: str, links: FileLinkList) -> response_models.File | None:
    if run.file_id is None or run.succeeded_at is None or run.file_size is None:
        return None
    return file_of_run(run.file_id, run.id, run.succeeded_at, run.file_size, base_url, links)


def report_type_object(offer: Offer) -> response_models.ReportType:
    report_type = offer.report_type
    return {
        "id": report_type.id,
        "object": "reporting.report_type",
        "data_available_end": offer.window.end,
        "data_available_start": offer.window.start,
        "default_columns": list(report_type.default_columns),
        "livemode": offer.livemode,
        "name": report_type.name,
        "updated": offer.updated,
        "version": report_type.version,
    }


def event_object(event: TextIdEvent, actor: str, actor_name: str | None = None) -> response_models.HistoryEvent:
    """One event of a run's history, with all facts that it recorded; without the idempotency key of a hidden platform.

    actor       as the caller may know it
    actor_name  of a key that has a name
    """
    inner = ("originator_id", "originator_version", "originator_topic", "timestamp", "actor")
    data = {name: value for name, value in event.shown().items() if name not in inner}
    if actor == PLATFORM and "idempotency_key" in data:
        data["idempotency_key"] = None
    return {
        "id": history_event_id(event),
        "object": "reportrun.history_event",
        "actor": actor,
        "actor_name": actor_name,
        "created": int(event.timestamp.timestamp()),
        "data": alphabetical(data),
        "occurred_at": event.timestamp.isoformat().replace("+00:00", "Z"),
        "sequence": event.originator_version,
        "type": topic_of(event),
    }


def past_run_object(past: PastRun, base_url: str) -> response_models.PastRun:
    return {
        "id": past.row.id,
        "object": "reportrun.past_run",
        "attempts": past.row.attempts,
        "file_removed": past.file_removed,
        "ledger_version": past.ledger_version,
        "recorded_at": past.recorded_at,
        "report_run": run_object(past.row, base_url),
        "sha256": past.sha256,
        "version": past.version,
    }


def request_object(request: EndedRequest, viewer: RequestContext) -> response_models.RequestRecord:
    """A refused request; without the key and the idempotency key of a hidden platform."""
    assert request.context is not None and request.error is not None
    made_by = request.context.caller
    hidden = (
        made_by.acts_for_connected and viewer.caller.key_id != made_by.key_id and not (viewer.caller.acts_for_connected)
    )
    return {
        "id": request.request_id,
        "object": "reportrun.request",
        "account": made_by.scope.account,
        "actor": PLATFORM if hidden else made_by.key_id,
        "api_version": request.context.api_version,
        "created": int(request.at),
        "duration_ms": round(request.seconds * 1000, 1),
        "error": dict(request.error),
        "idempotency_key": None if hidden else request.context.idempotency_key,
        "livemode": made_by.scope.livemode,
        "method": request.method,
        "path": request.path[:MAX_PATH],
        "status": request.status,
    }


def list_object(data: Sequence[Mapping[str, Any]], url: str, *, has_more: bool) -> dict[str, Any]:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}
