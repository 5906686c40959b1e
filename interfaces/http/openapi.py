"""The OpenAPI document: written by hand, since routes parse their own forms."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Any

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_SECONDS: Schema = {"type": "integer", "description": "Unix seconds"}
_REASONS = {
    400: "The request is at fault",
    401: "No good API key",
    403: "The key may not do this",
    404: "There is no such thing",
}
_NULL: Schema = {"type": "null"}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, _NULL]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list_of(name: str) -> Schema:
    return _object(
        object={"const": "list"}, data={"type": "array", "items": _ref(name)}, has_more={"type": "boolean"}, url=_TEXT
    )


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "required": list(properties), "properties": properties}


def _parameters() -> Schema:
    return {
        "type": "object",
        "description": "What the report covers. Each report type takes some of these.",
        "properties": {
            "columns": {"type": "array", "items": _TEXT},
            "connected_account": _TEXT,
            "currency": {**_TEXT, "description": "Three-letter ISO code, lower case"},
            "decimal_separator": {"enum": [".", ","]},
            "interval_end": {**_SECONDS, "description": "Unix seconds, exclusive"},
            "interval_start": {**_SECONDS, "description": "Unix seconds, inclusive"},
            "payout": _TEXT,
            "reporting_category": _TEXT,
            "timezone": {**_TEXT, "description": "IANA name; how times are printed", "default": "Etc/UTC"},
        },
    }


def _schemas() -> dict[str, Schema]:
    file = _object(
        id=_TEXT,
        object={"const": "file"},
        created=_SECONDS,
        expires_at=_or_null(_SECONDS),
        filename=_or_null(_TEXT),
        links=_object(
            object={"const": "list"}, data={"type": "array", "items": {}}, has_more={"type": "boolean"}, url=_TEXT
        ),
        purpose={"const": "finance_report_run"},
        size={"type": "integer", "description": "bytes"},
        title=_or_null(_TEXT),
        type=_or_null(_TEXT),
        url=_or_null(_TEXT),
    )
    run = _object(
        id=_TEXT,
        object={"const": "reporting.report_run"},
        created=_SECONDS,
        error=_or_null({**_TEXT, "description": "Why the run failed"}),
        livemode={"type": "boolean"},
        parameters=_parameters(),
        report_type=_TEXT,
        result=_or_null(_ref("file")),
        status={"enum": ["pending", "succeeded", "failed"]},
        succeeded_at=_or_null(_SECONDS),
    )
    report_type = _object(
        id=_TEXT,
        object={"const": "reporting.report_type"},
        data_available_end=_SECONDS,
        data_available_start=_SECONDS,
        default_columns=_or_null({"type": "array", "items": _TEXT}),
        livemode={"type": "boolean"},
        name=_TEXT,
        updated=_SECONDS,
        version={"type": "integer"},
    )
    history_event = _object(
        id=_TEXT,
        object={"const": "reportrun.history_event"},
        actor={**_TEXT, "description": "Who did it: a key, a worker or a person at the command line"},
        created=_SECONDS,
        data={"type": "object"},
        occurred_at={**_TEXT, "format": "date-time"},
        sequence={"type": "integer"},
        type=_TEXT,
    )
    error = {
        "type": "object",
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "required": ["type"],
                "properties": dict.fromkeys(("code", "doc_url", "message", "param", "request_log_url", "type"), _TEXT),
            }
        },
    }
    return {
        "file": file,
        "report_run": run,
        "report_type": report_type,
        "history_event": history_event,
        "error": error,
        **{f"{name}_list": _list_of(name) for name in ("report_run", "report_type", "history_event")},
    }


def _answers(schema: str, *statuses: int) -> Schema:
    def body(name: str) -> Schema:
        return {"content": {"application/json": {"schema": _ref(name)}}}

    errors = {str(status): {"description": _REASONS[status], **body("error")} for status in statuses}
    return {"200": {"description": "Done", **body(schema)}, **errors}


def _query(name: str, schema: Schema, about: str, style: str = "form") -> Schema:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "schema": schema,
        "description": about,
        "style": style,
        "explode": True,
    }


def _id(about: str) -> Schema:
    return {"name": "id", "in": "path", "required": True, "schema": _TEXT, "description": about}


_PAGING = [
    _query("limit", {"type": "integer", "default": 10}, "Rows of a page, 1 to 100; others are brought into that range"),
    _query("starting_after", _TEXT, "Id of the run that the page lies behind"),
    _query("ending_before", _TEXT, "Id of the run that the page lies ahead of"),
    _query(
        "created",
        {"type": "object", "properties": {edge: {"type": "integer"} for edge in ("gt", "gte", "lt", "lte")}},
        "Only runs created then: a second, or `created[gte]=...` and the like",
        style="deepObject",
    ),
]


def _get(summary: str, schema: str, *parameters: Schema, statuses: tuple[int, ...] = (400, 401, 403, 404)) -> Schema:
    return {"get": {"summary": summary, "parameters": list(parameters), "responses": _answers(schema, *statuses)}}


def _create_run() -> Schema:
    form = {
        "type": "object",
        "required": ["report_type"],
        "properties": {"report_type": _TEXT, "parameters": _parameters()},
    }
    return {
        "post": {
            "summary": "Ask for a report",
            "requestBody": {
                "required": True,
                "content": {
                    "application/x-www-form-urlencoded": {
                        "schema": form,
                        "encoding": {"parameters": {"style": "deepObject", "explode": True}},
                    }
                },
            },
            "responses": _answers("report_run", 400, 401, 403),
        }
    }


def _contents() -> Schema:
    answers = _answers("file", 401, 403, 404)
    csv = {"content": {"text/csv": {"schema": {"type": "string"}}}}
    answers["200"] = {"description": "The whole file", **csv}
    answers["206"] = {"description": "The part that `Range` asked for", **csv}
    answers["304"] = {"description": "Not changed since the `ETag` that the caller has"}
    answers["416"] = {"description": "No byte of the file lies in the range"}
    return {"get": {"summary": "The bytes of a file", "parameters": [_id("file_...")], "responses": answers}}


@cache
def describe() -> dict[str, Any]:
    """The whole document."""
    runs, types = "/v1/reporting/report_runs", "/v1/reporting/report_types"
    history = _get("Every event of one run, oldest first", "history_event_list", _id("frr_..."))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Reportrun",
            "version": version("reportrun"),
            "description": "Stripe's Reporting API, self-hosted. Keys go into Basic (as the user) or Bearer auth.",
        },
        "security": [{"basic": []}, {"bearer": []}],
        "paths": {
            runs: {**_create_run(), **_get("A page of runs, newest first", "report_run_list", *_PAGING)},
            runs + "/{id}": _get("One run", "report_run", _id("frr_...")),
            runs + "/{id}/history": history,
            types: _get("Every report type that can be run", "report_type_list", statuses=(400, 401, 403)),
            types + "/{id}": _get("One report type", "report_type", _id("balance.summary.1")),
            "/v1/files/{id}": _get("One file", "file", _id("file_...")),
            "/v1/files/{id}/contents": _contents(),
        },
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }
