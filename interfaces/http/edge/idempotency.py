"""Idempotent requests: the fingerprint of a request, and its recorded response."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from application.log.idempotency import Answer, KeyUse
from interfaces.http.edge.refusals import RequestRefused
from interfaces.http.edge.request_context import RequestContext
from interfaces.http.edge.response_headers import REPLAYED
from interfaces.http.responses.json import Json

MAX_IDEMPOTENCY_KEY = 255
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f]")


def check_idempotency_key(key: str) -> None:
    """Raises `RequestRefused` for a key that cannot be stored, or not be echoed in a header."""
    if len(key) > MAX_IDEMPOTENCY_KEY:
        raise RequestRefused(
            f"The Idempotency-Key has {len(key)} characters; at most {MAX_IDEMPOTENCY_KEY} are allowed."
        )
    if _CONTROL_CHARACTERS.search(key):
        raise RequestRefused("The Idempotency-Key holds a control character, which no header may have.")


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
    return Json.of_bytes(answer.body, answer.status, REPLAYED, original)
