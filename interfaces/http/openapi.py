"""The OpenAPI document: written by hand, since routes parse their own forms."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Any

from interfaces.http.openapi_schemas import SECONDS, TEXT, Schema, ref, schemas
from interfaces.http.requests.fields import DEFAULT_LIMIT, FORM, LARGEST_LIMIT
from interfaces.http.routes.files import FILES, PURPOSES
from interfaces.http.routes.report_runs import PLANNED_RUNS, RUNS, TYPES

REASONS = {
    400: "The request is at fault; the message says how",
    401: "No key, or none that is good",
    403: "The key may not do this, or not for this account",
    404: "There is no such thing, or not for this key",
    409: "The same idempotency key is at work at this moment",
    410: "The file has expired; its record stays",
    429: "Too many requests in a second, where the installation sets a limit",
    500: "Something went wrong here",
    503: "Not now; try again in a moment",
}
ALWAYS = (400, 401, 403, 429, 500, 503)

CONTENTS_HEADERS = {
    "Accept-Ranges": "`bytes`",
    "Content-Disposition": "The file's name",
    "Content-Encoding": "`gzip`, when `Accept-Encoding` takes it and no range is asked for",
    "ETag": "What `If-None-Match` and `If-Range` may name; weak when the body is compressed",
    "Vary": "`Accept-Encoding`",
}


@cache
def describe() -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Reportrun",
            "version": version("reportrun"),
            "description": "Stripe's Reporting API, self-hosted. Keys go into Basic (as the user) or Bearer auth. "
            "Bodies and queries are form-encoded: hashes as `a[b]=1`, lists as `a[0]=1` or `a[]=1`.",
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"basic": []}],
        "tags": [{"name": tag} for tag in ("runs", "types", "files", "test helpers", "health")],
        "paths": {**_runs(), **_types(), **_files(), **_health()},
        "components": {
            "schemas": schemas(),
            "responses": {str(status): _refusal(status) for status in REASONS},
            "headers": _headers(),
            "parameters": {"stripe_account": _account(), "stripe_version": _version(), "expand": _expand()},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic", "description": "The key as user, no password"},
            },
        },
    }


def _runs() -> Schema:
    id = _id("frr_...")
    return {
        RUNS: {
            "get": _operation(
                "list_report_runs", "A page of runs, newest first", "runs", "report_run_list", *_paging()
            ),
            "post": _create_run("create_report_run", "Ask for a report", "runs"),
        },
        PLANNED_RUNS: {
            "post": _create_run("create_planned_run", "Ask for a report with an end of your choice", "test helpers")
        },
        RUNS + "/{id}": {"get": _operation("get_report_run", "One run", "runs", "report_run", id, more=(404,))},
        RUNS + "/{id}/history": {
            "get": _operation(
                "get_report_run_history",
                "Every event of one run, oldest first",
                "runs",
                "history_event_list",
                id,
                more=(404,),
            )
        },
    }


def _create_run(id: str, summary: str, tag: str) -> Schema:
    operation = _operation(id, summary, tag, "report_run", _idempotency(), more=(409,))
    form = {"style": "deepObject", "explode": True}
    operation["requestBody"] = {
        "required": True,
        "content": {FORM: {"schema": ref(id), "encoding": {"parameters": form, "expand": form}}},
    }
    operation["responses"]["200"]["headers"] |= {
        "Idempotency-Key": {"$ref": "#/components/headers/Idempotency-Key"},
        "Original-Request": {"$ref": "#/components/headers/Original-Request"},
    }
    return operation


def _types() -> Schema:
    id = _id("balance.summary.1")
    every = "Every report type that can be run"
    return {
        TYPES: {"get": _operation("list_report_types", every, "types", "report_type_list")},
        TYPES + "/{id}": {
            "get": _operation("get_report_type", "One report type", "types", "report_type", id, more=(404,))
        },
    }


def _files() -> Schema:
    purpose = _query("purpose", {"type": "string", "enum": list(PURPOSES)}, "Only files for this")
    id = _id("file_...")
    return {
        FILES: {
            "get": _operation("list_files", "A page of files, newest first", "files", "file_list", *_paging(), purpose)
        },
        FILES + "/{id}": {"get": _operation("get_file", "One file", "files", "file", id, more=(404,))},
        FILES + "/{id}/contents": {"get": _contents(id)},
    }


def _contents(id: Schema) -> Schema:
    asked = {
        "Range": "One range of bytes, `bytes=0-1023`",
        "If-Range": "The `ETag` of the file that the range is of",
        "If-None-Match": "`ETag`s that the caller has",
        "Accept-Encoding": "`gzip` for a compressed body",
    }
    operation = _operation(
        "get_file_contents",
        "The bytes of a file",
        "files",
        "file",
        id,
        *(_header(name, TEXT, about) for name, about in asked.items()),
        more=(404, 410),
    )
    whole = {name: {"schema": TEXT, "description": about} for name, about in CONTENTS_HEADERS.items()}
    part = {"Content-Range": {"schema": TEXT, "description": "Which bytes of how many: `bytes 0-9/100`"}}
    csv = {"text/csv": {"schema": {"type": "string", "format": "binary"}}}
    operation["responses"] |= {
        "200": {"description": "The whole file", "headers": _always() | whole, "content": csv},
        "206": {"description": "The part that `Range` asked for", "headers": _always() | whole | part, "content": csv},
        "304": {"description": "The caller has the file", "headers": _always() | whole},
        "416": {"description": "No byte of the file lies in the range", "headers": _always() | part},
    }
    return operation


def _health() -> Schema:
    def check(id: str, summary: str, *statuses: str) -> Schema:
        answer = {"content": {"application/json": {"schema": {"type": "object"}}}}
        return {
            "get": {
                "operationId": id,
                "summary": summary,
                "tags": ["health"],
                "security": [],
                "responses": {status: {"description": summary, **answer} for status in statuses},
            }
        }

    return {
        "/healthz": check("is_alive", "Whether the server is alive", "200"),
        "/readyz": check("is_ready", "Whether the server can serve", "200", "503"),
    }


def _operation(id: str, summary: str, tag: str, schema: str, *parameters: Schema, more: tuple[int, ...] = ()) -> Schema:
    """One operation, with what all of them have.

    more  statuses of refusals beside those that any operation may answer
    """
    shared = [{"$ref": f"#/components/parameters/{name}"} for name in ("stripe_account", "stripe_version", "expand")]
    refusals = {str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted({*ALWAYS, *more})}
    done = {"description": "Done", "headers": _always(), "content": {"application/json": {"schema": ref(schema)}}}
    return {
        "operationId": id,
        "summary": summary,
        "tags": [tag],
        "parameters": [*parameters, *shared],
        "responses": {"200": done, **refusals},
    }


def _refusal(status: int) -> Schema:
    headers = _always()
    if status == 401:
        headers["WWW-Authenticate"] = {"schema": TEXT}
    if status == 429:
        headers["Stripe-Rate-Limited-Reason"] = {"schema": TEXT}
    if status == 503:
        headers["Retry-After"] = {"schema": TEXT, "description": "seconds"}
    return {
        "description": REASONS[status],
        "headers": headers,
        "content": {"application/json": {"schema": ref("error")}},
    }


def _headers() -> Schema:
    abouts = {
        "Request-Id": "`req_` and 14 characters",
        "Stripe-Version": "The version that was used",
        "Idempotency-Key": "The key that was sent",
        "Original-Request": "Id of the first request under the idempotency key",
    }
    return {name: {"schema": TEXT, "description": about} for name, about in abouts.items()}


def _always() -> Schema:
    """The headers of every answer that a client may want."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("Request-Id", "Stripe-Version")}


def _id(example: str) -> Schema:
    return {"name": "id", "in": "path", "required": True, "schema": TEXT, "description": example}


def _query(name: str, schema: Schema, about: str) -> Schema:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": about}


def _header(name: str, schema: Schema, about: str) -> Schema:
    return {"name": name, "in": "header", "required": False, "schema": schema, "description": about}


def _paging() -> list[Schema]:
    limit = {"type": "integer", "default": DEFAULT_LIMIT}
    return [
        _query("limit", limit, f"Rows of a page, 1 to {LARGEST_LIMIT}; others are brought into that range"),
        _query("starting_after", TEXT, "Id that the page lies behind: older rows"),
        _query("ending_before", TEXT, "Id that the page lies ahead of: newer rows"),
        {
            **_query("created", {"oneOf": [SECONDS, ref("span")]}, "A second, or a span: `created[gte]=...`"),
            "style": "deepObject",
            "explode": True,
        },
    ]


def _expand() -> Schema:
    about = "Nothing here can be expanded: results are whole objects already. `data` is allowed on lists"
    return {**_query("expand", {"type": "array", "items": TEXT}, about), "style": "deepObject", "explode": True}


def _account() -> Schema:
    return _header("Stripe-Account", TEXT, "A connected account of the key's platform, to act in its place")


def _version() -> Schema:
    return _header("Stripe-Version", {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$"}, "API version")


def _idempotency() -> Schema:
    return _header("Idempotency-Key", {"type": "string", "maxLength": 255}, "Makes a retry safe")
