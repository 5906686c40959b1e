"""The objects of the OpenAPI document, and what a request may hold."""

from __future__ import annotations

from typing import Any

from domain.ledger.reporting_category import CATEGORIES
from domain.money import CURRENCIES
from domain.runs.run_parameters import MAX_STRING
from interfaces.http.routes.files import PURPOSES
from interfaces.http.routes.report_runs import LONGEST_DELAY_SECONDS

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
SECONDS: Schema = {"type": "integer", "format": "int64", "description": "Unix seconds"}
FLAG: Schema = {"type": "boolean"}

ERROR_TYPES = ["api_error", "idempotency_error", "invalid_request_error"]


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def schemas() -> dict[str, Schema]:
    """Every object by name."""
    return {
        "report_run": _run(),
        "report_type": _report_type(),
        "file": _file(),
        "history_event": _history_event(),
        "run_parameters": _run_parameters(),
        "create_report_run": _create_run(),
        "create_planned_run": _create_run(**_plan()),
        "span": _span(),
        "error": _error(),
        **{f"{name}_list": _list_of(ref(name)) for name in ("report_run", "report_type", "file", "history_event")},
    }


def _object(about: str, **properties: Schema) -> Schema:
    """An object that always has all of these."""
    return {"type": "object", "description": about, "required": list(properties), "properties": properties}


def _or_null(schema: Schema) -> Schema:
    if "type" in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def _list_of(items: Schema) -> Schema:
    return _object(
        "A page",
        object={"type": "string", "const": "list"},
        data={"type": "array", "items": items},
        has_more={**FLAG, "description": "Whether more lies in the direction that was asked for"},
        url={**TEXT, "description": "The list's own path, without host and query"},
    )


def _run() -> Schema:
    return _object(
        "One run of a report: pending, then succeeded or failed, for ever",
        id={**TEXT, "example": "frr_0123456789abcdefABCDEFGH"},
        object={"type": "string", "const": "reporting.report_run"},
        created=SECONDS,
        error={**_or_null(TEXT), "description": "Why the run failed"},
        livemode=FLAG,
        parameters={**ref("run_parameters"), "description": "As sent"},
        report_type={**TEXT, "example": "balance.summary.1"},
        result={**_or_null(ref("file")), "description": "The file of a run that has succeeded, whole"},
        status={"type": "string", "enum": ["pending", "succeeded", "failed"]},
        succeeded_at=_or_null(SECONDS),
    )


def _report_type() -> Schema:
    return _object(
        "A report that can be asked for, and from when until when it has data",
        id={**TEXT, "example": "balance.summary.1"},
        object={"type": "string", "const": "reporting.report_type"},
        data_available_end={**SECONDS, "description": "Unix seconds; an interval may end here"},
        data_available_start={**SECONDS, "description": "Unix seconds; an interval may start here"},
        default_columns=_or_null({"type": "array", "items": TEXT}),
        livemode=FLAG,
        name=TEXT,
        updated=SECONDS,
        version={"type": "integer"},
    )


def _file() -> Schema:
    return _object(
        "A file that a run made",
        id={**TEXT, "example": "file_0123456789abcdefABCDEFGH"},
        object={"type": "string", "const": "file"},
        created=SECONDS,
        expires_at=_or_null(SECONDS),
        filename=_or_null(TEXT),
        links=_list_of({"type": "object"}),
        purpose={"type": "string", "enum": list(PURPOSES)},
        size={"type": "integer", "format": "int64", "description": "bytes"},
        title=_or_null(TEXT),
        type={**_or_null(TEXT), "example": "csv"},
        url={**_or_null(TEXT), "description": "Where its bytes are; opens with the same key"},
    )


def _history_event() -> Schema:
    return _object(
        "One thing that happened to a run",
        id=TEXT,
        object={"type": "string", "const": "reportrun.history_event"},
        actor={**TEXT, "description": "Who did it: a key, a worker or a person at the command line"},
        created=SECONDS,
        data={"type": "object", "description": "What was recorded", "additionalProperties": True},
        occurred_at={**TEXT, "format": "date-time"},
        sequence={"type": "integer"},
        type={**TEXT, "example": "report_run.created"},
    )


def _run_parameters() -> Schema:
    text = {**TEXT, "maxLength": MAX_STRING}
    return {
        "type": "object",
        "description": "What the report covers. Each report type takes some of these, and requires some.",
        "additionalProperties": {**text, "description": "What an installation's own report types take"},
        "properties": {
            "columns": {"type": "array", "items": text, "description": "Columns of the file, in this order"},
            "connected_account": {**text, "description": "Rows of this connected account only"},
            "connected_accounts": {
                "type": "array",
                "items": text,
                "description": "Rows of these connected accounts only; instead of `connected_account`",
            },
            "currency": {"type": "string", "enum": list(CURRENCIES), "description": "Rows settled in it only"},
            "customer": {**text, "description": "Revenue entries of this customer only"},
            "decimal_format": {"type": "string", "enum": [".", ","], "default": "."},
            "decimal_separator": {"type": "string", "enum": [".", ","], "default": "."},
            "interval_end": {**SECONDS, "description": "Unix seconds, exclusive"},
            "interval_start": {**SECONDS, "description": "Unix seconds, inclusive"},
            "invoice": {**text, "description": "Revenue entries of this invoice only"},
            "invoice_line_item": {**text, "description": "Revenue entries of this invoice line item only"},
            "payout": {**text, "description": "The payout that the report is about"},
            "reporting_category": {"type": "string", "enum": list(CATEGORIES)},
            "timezone": {
                **text,
                "default": "Etc/UTC",
                "description": "IANA name; how times are printed. It does not move the interval",
            },
        },
    }


def _plan() -> dict[str, Schema]:
    delay = {"type": "integer", "minimum": 0, "maximum": LONGEST_DELAY_SECONDS}
    error = {**TEXT, "minLength": 1, "maxLength": MAX_STRING}
    return {
        "delay_seconds": {**delay, "description": "How long the run stays pending, at least"},
        "error": {**error, "description": "The sentence that the run fails with; without one, the report is made"},
    }


def _create_run(**more: Schema) -> Schema:
    return {
        "type": "object",
        "required": ["report_type"],
        "additionalProperties": False,
        "properties": {
            "report_type": {**TEXT, "maxLength": MAX_STRING, "example": "balance.summary.1"},
            "parameters": ref("run_parameters"),
            "expand": {"type": "array", "items": TEXT, "description": "Nothing here can be expanded"},
            **more,
        },
    }


def _span() -> Schema:
    edges = {"gt": "after", "gte": "at or after", "lt": "before", "lte": "at or before"}
    return {
        "type": "object",
        "description": "A span of time; each edge in Unix seconds",
        "additionalProperties": False,
        "properties": {name: {**SECONDS, "description": f"Made {words} this second"} for name, words in edges.items()},
    }


def _error() -> Schema:
    return {
        "type": "object",
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "required": ["type"],
                "properties": {
                    "code": {**TEXT, "description": "A word for programs, where there is one"},
                    "doc_url": {**TEXT, "description": "Where the code is explained"},
                    "message": {**TEXT, "description": "A sentence for people, naming what is at fault"},
                    "param": {**TEXT, "description": "The parameter at fault, as it was written"},
                    "request_log_url": {**TEXT, "description": "Where more is known of the request"},
                    "type": {"type": "string", "enum": ERROR_TYPES},
                },
            }
        },
    }
