"""The gate: every request's id, version, key and headers, before and after any route."""

from __future__ import annotations

import base64
import binascii
import logging
import re
import time
from collections.abc import MutableMapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.errors import ReportrunError
from domain.ids import random_base62
from interfaces.http.api import Api, Call
from interfaces.http.errors import RequestRefused, VersionRefused, error_answer

log = logging.getLogger("reportrun.http")

DEFAULT_VERSION = "2026-10-28.endive"
VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?")
MAX_IDEMPOTENCY_KEY = 255

COMMON_HEADERS = [
    (b"access-control-allow-credentials", b"true"),
    (b"access-control-allow-methods", b"GET, HEAD, PUT, PATCH, POST, DELETE"),
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Request-Id, Stripe-Manage-Version, X-Stripe-External-Auth-Required, X-Stripe-Privileged-Session-Required",
    ),
    (b"access-control-max-age", b"300"),
    (b"cache-control", b"no-cache, no-store"),
    (b"strict-transport-security", b"max-age=63072000; includeSubDomains; preload"),
]


class Gate:
    """Wraps the routes. Who has no good key gets no further, whatever the address."""

    def __init__(self, app: ASGIApp, api: Api) -> None:
        self._app = app
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        await self._serve(Request(scope, receive), scope, receive, send)

    async def _serve(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = f"req_{random_base62(14)}"
        version = request.headers.get("stripe-version", DEFAULT_VERSION)
        answer = _Answer(send, request_id, version if VERSION.fullmatch(version) else DEFAULT_VERSION)
        if request.method == "OPTIONS":
            await Response(status_code=204)(scope, receive, answer)
            return
        try:
            call = await self._call(request, request_id, version)
        except ReportrunError as error:
            await error_answer(error, log_url=None)(scope, receive, answer)
            return
        scope["reportrun.call"] = call
        answer.echo(call, request)
        try:
            await self._app(scope, receive, answer)
        except Exception:  # it has been answered; nobody else will write down what happened
            log.exception("%s: %s %s went wrong", request_id, request.method, request.url.path)

    async def _call(self, request: Request, request_id: str, version: str) -> Call:
        account = request.headers.get("stripe-account")
        caller = await self._api.authentication.caller(_secret(request), account)
        if not VERSION.fullmatch(version):
            raise VersionRefused(version)
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        if key is not None and len(key) > MAX_IDEMPOTENCY_KEY:
            raise RequestRefused(
                f"The Idempotency-Key has {len(key)} characters; at most {MAX_IDEMPOTENCY_KEY} are allowed."
            )
        base_url = self._api.public_url or _base_url(request)
        mode = "" if caller.scope.livemode else "test/"
        log_url = f"{base_url}/{mode}logs/{request_id}?t={int(time.time())}"
        return Call(caller, request_id, version, key or None, base_url, log_url)


class _Answer:
    """Sends an answer on with the headers that every answer has."""

    def __init__(self, send: Send, request_id: str, version: str) -> None:
        self._send = send
        self._headers = [
            *COMMON_HEADERS,
            (b"request-id", request_id.encode()),
            (b"stripe-version", version.encode()),
        ]

    def echo(self, call: Call, request: Request) -> None:
        if call.idempotency_key:
            self._headers.append((b"idempotency-key", call.idempotency_key.encode("latin-1")))
            self._headers.append((b"original-request", call.request_id.encode()))
        if "stripe-account" in request.headers:
            self._headers.append((b"stripe-account", call.caller.scope.account.encode()))

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *self._headers]
        await self._send(message)


def _secret(request: Request) -> str | None:
    """The key of a `Bearer` or `Basic` authorization; None when there is none."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip() or None
    if scheme.lower() == "basic":
        try:
            user, _, _ = base64.b64decode(credentials, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return user or None
    return None


def _base_url(request: Request) -> str:
    return f"{request.scope['scheme']}://{request.headers.get('host') or _bound_to(request.scope)}"


def _bound_to(scope: MutableMapping[str, Any]) -> str:
    host, port = scope.get("server") or ("localhost", None)
    return f"{host}:{port}" if port else str(host)
