"""Idempotent requests: the fingerprint that tells two requests of one key apart, and the answer given again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from application.log.idempotency import Answer, KeyUse
from interfaces.http.edge.call import Call
from interfaces.http.responses.json import Json


def key_use(request: Request, call: Call, form: Mapping[str, Any]) -> KeyUse | None:
    """The use of an idempotency key that a request is; None when it has none.

    The same parameters in another order, or written in another way, are the same request.
    """
    if call.idempotency_key is None:
        return None
    said = orjson.dumps([request.method, request.scope["path"], form], option=orjson.OPT_SORT_KEYS)
    return KeyUse(call.caller.scope, call.idempotency_key, hashlib.sha256(said).digest(), call.request_id)


def json_answer(answer: Answer) -> Response:
    """An answer as it was first given; where it is given again, the headers say so."""
    if not answer.replayed:
        return Json.of_bytes(answer.body, answer.status)
    original = (b"original-request", answer.request_id.encode())
    return Json.of_bytes(answer.body, answer.status, (b"idempotent-replayed", b"true"), original)
