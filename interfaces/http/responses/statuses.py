"""The statuses of responses and their headers, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from interfaces.http.responses.response_models import Error

Responses = dict[int | str, dict[str, Any]]

REASONS = {
    400: "The request is at fault; the message says how",
    401: "No key, or none that is good",
    403: "The key may not do this, or not for this account",
    404: "There is no such thing, or not for this key",
    409: "Another request with the same idempotency key is in progress, or what is asked for is not there yet",
    410: "The file has expired; its record stays",
    412: "The file is another than `If-Match` names",
    429: "Too many requests in a second, where the installation sets a limit",
    500: "Something went wrong here",
    503: "Not now; try again in a moment",
}
NAMES_ERROR = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
DEFINES_ERROR = {"model": Error}
"""FastAPI builds a validator for each model of each operation. One for an operation defines the schema for all."""

ALWAYS = (400, 401, 403, 429, 500, 503)

EVERY_RESPONSE = {"Request-Id": "`req_` and 14 characters", "Stripe-Version": "The version that was used"}
IDEMPOTENT_RESPONSE = {
    "Idempotency-Key": "The key that was sent",
    "Original-Request": "Id of the first request under the idempotency key",
}
REFUSAL_HEADERS = {
    401: {"WWW-Authenticate": "`Basic`"},
    429: {"Stripe-Rate-Limited-Reason": "Which limit"},
    503: {"Retry-After": "seconds"},
}
WHOLE_FILE = {
    "Accept-Ranges": "`bytes`",
    "Content-Disposition": "The file's name",
    "Content-Encoding": "`gzip`, when `Accept-Encoding` takes it and no range is asked for",
    "ETag": "For `If-None-Match` and `If-Range`; weak when the body is compressed",
    "Vary": "`Accept-Encoding`",
}
PART_OF_FILE = {"Content-Range": "Which bytes of how many: `bytes 0-9/100`"}
CHECKPOINT = {"text/plain": {"schema": {"type": "string"}}}
TILE = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
CSV = {"text/csv": {"schema": {"type": "string"}}}


def succeeds(*more: dict[str, str]) -> Responses:
    """more  descriptions of headers, by name"""
    return {200: {"description": "Done", "headers": _headers(*more)}}


def succeeds_with(content: dict[str, Any]) -> Responses:
    """content  of another type than JSON"""
    return {200: {"description": "Done", "headers": _headers(), "content": content}}


def refusals(*statuses: int) -> Responses:
    return {
        status: {
            "description": REASONS[status],
            "headers": _headers(REFUSAL_HEADERS.get(status, {})),
            **(DEFINES_ERROR if status == 400 else NAMES_ERROR),
        }
        for status in statuses
    }


def contents() -> Responses:
    """The responses that carry a file's bytes, or say why they do not."""
    return {
        200: {"description": "The whole file", "headers": _headers(WHOLE_FILE), "content": CSV},
        206: {
            "description": "The part that `Range` asked for",
            "headers": _headers(WHOLE_FILE, PART_OF_FILE),
            "content": CSV,
        },
        304: {"description": "The caller has the file", "headers": _headers(WHOLE_FILE)},
        416: {"description": "No byte of the file lies in the range", "headers": _headers(PART_OF_FILE)},
    }


def _headers(*described: dict[str, str]) -> dict[str, Any]:
    return {
        name: {"schema": {"type": "string"}, "description": about}
        for headers in (EVERY_RESPONSE, *described)
        for name, about in headers.items()
    }
