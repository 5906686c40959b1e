"""What bodies are compared with: whole envelopes, in which only what no test can foresee is replaced."""

from __future__ import annotations

import re
from typing import Any

import httpx

LOG = "<where more is known of this request>"


def body_of(response: httpx.Response) -> Any:
    """The body of an answer; its `request_log_url` must name this very request and is replaced by `LOG`."""
    body = response.json()
    error = body.get("error", {})
    if "request_log_url" in error:
        request_id = re.escape(response.headers["request-id"])
        assert re.fullmatch(rf"http://[^/]+(/test)?/logs/{request_id}\?t=\d{{10}}", error["request_log_url"])
        error["request_log_url"] = LOG
    return body


def refusal(message: str, *, code: str | None = None, param: str | None = None, log: str | None = LOG) -> Any:
    """The body of a refusal, whole."""
    keys = {
        "code": code,
        "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}" if code else None,
        "message": message,
        "param": param,
        "request_log_url": log,
        "type": "invalid_request_error",
    }
    return {"error": {key: value for key, value in keys.items() if value is not None}}
