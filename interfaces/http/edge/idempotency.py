"""Idempotent requests: the fingerprint of a request, and its recorded response."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from application.log.idempotency import Answer, KeyUse
from interfaces.http.edge.request_context import RequestContext
from interfaces.http.responses.json import Json


def key_use(request: Request, context: RequestContext, form: Mapping[str, Any]) -> KeyUse | None:
    """The use that a request makes of its idempotency key; None when it has none.

    The fingerprint is of the parsed form: the same parameters in another order or notation are the same request.
    """
    if context.idempotency_key is None:
        return None
    whole = orjson.dumps([request.method, request.scope["path"], form], option=orjson.OPT_SORT_KEYS)
    return KeyUse(context.caller.scope, context.idempotency_key, hashlib.sha256(whole).digest(), context.request_id)


def recorded_response(answer: Answer) -> Response:
    """The response as it was recorded; the headers of a replay say that it is one."""
    if not answer.replayed:
        return Json.of_bytes(answer.body, answer.status)
    original = (b"original-request", answer.request_id.encode())
    return Json.of_bytes(answer.body, answer.status, (b"idempotent-replayed", b"true"), original)
