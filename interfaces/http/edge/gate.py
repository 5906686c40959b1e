"""The gate: every request's id, version, key and headers, before and after any route."""

from __future__ import annotations

import asyncio
import base64
import logging
import re
from collections.abc import MutableMapping, Sequence
from functools import lru_cache
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.access.caller import Caller
from domain.errors import ReportrunError, ServerStopping
from domain.ids import random_id
from interfaces.http.edge.addresses import Addresses
from interfaces.http.edge.call import Api, Call, Headers
from interfaces.http.edge.errors import INTERNAL_ERROR, RequestRefused, VersionRefused, error_answer
from interfaces.http.responses.json import Json
from interfaces.http.server.whole_answers import EXTENSION, AnswerWhole

log = logging.getLogger("reportrun.http")

OPEN = ("/healthz", "/readyz", "/docs", "/openapi.json", "/console")
"""Addresses, and what lies below them, that need no key. All others do, those that do not exist included."""

_BELOW_OPEN = tuple(f"{address}/" for address in OPEN)

DEFAULT_VERSION = "2026-10-28.endive"
VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?", re.ASCII)
HOST = re.compile(r"[A-Za-z0-9._\-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?", re.ASCII)
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f]")
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


_COMMON_LINES = b"".join(b"%b: %b\r\n" % header for header in COMMON_HEADERS)


class Gate:
    """The whole server. Who has no good key gets to no route, whatever the address.

    beside  answers at addresses that need no key, and is started and stopped with the server
    """

    def __init__(self, addresses: Addresses, beside: ASGIApp, api: Api) -> None:
        self.addresses = addresses
        self.beside = beside
        self.api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _is_open(scope["path"]):
            await self.beside(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        answer = _Answer(send, scope["method"], is_last=_may_be_endless(headers, self.api.max_body_bytes))
        answer_whole = scope.get("extensions", {}).pop(EXTENSION, None)  # it knows the scope: a circle, if it stayed
        try:
            response = await self._respond(scope, receive, headers, answer)
            if type(response) is Json:
                await answer.send_whole(response, answer_whole)
            else:
                await response(scope, receive, answer)
        except ClientDisconnect:
            pass
        except asyncio.CancelledError:  # the server stops, and has waited for this request as long as it may
            if not answer.has_begun:
                await error_answer(ServerStopping(), None)(scope, receive, answer)
        except Exception:
            log.exception("%s: %s %r went wrong", answer.request_id, scope["method"], scope["path"])
            if not answer.has_begun:
                await Json(INTERNAL_ERROR, 500)(scope, receive, answer)

    async def _respond(self, scope: Scope, receive: Receive, headers: Headers, answer: _Answer) -> Response:
        """A route's response, or a refusal: auth, then version, then address, then what the route checks."""
        if scope["method"] == "OPTIONS":
            return Response(status_code=204)
        call = None
        try:
            caller = await self.api.authentication.caller(_secret(headers), headers.get(b"stripe-account"))
            call = scope["reportrun.call"] = self._call(caller, scope, headers, answer.request_id)
            scope["reportrun.headers"] = headers
            self.api.rate_limits.take(caller.scope)
            answer.echo_account(caller.scope.account if b"stripe-account" in headers else None)
            _check_version(call.api_version)
            answer.version = call.api_version
            _check_idempotency_key(call.idempotency_key)
            answer.echo_idempotency_key(call.idempotency_key)
            route = self.addresses.route_of(scope)
            return await route(Request(scope, receive))
        except ReportrunError as error:
            return error_answer(error, call.log_url if call else None)

    def _call(self, caller: Caller, scope: Scope, headers: Headers, request_id: str) -> Call:
        return Call(
            caller=caller,
            request_id=request_id,
            api_version=headers.get(b"stripe-version", DEFAULT_VERSION),
            idempotency_key=headers.get(b"idempotency-key") or None if scope["method"] == "POST" else None,
            base_url=self.api.public_url or _base_url(scope, headers),
        )


class _Answer:
    """Sends an answer on, with the headers that every answer has.

    is_last  whether the connection ends with it
    """

    def __init__(self, send: Send, method: str, *, is_last: bool) -> None:
        self._send = send
        self._is_last = is_last
        self._is_post = method == "POST"
        self._echoes: list[tuple[bytes, bytes]] = []
        self._is_idempotent = False
        self.request_id = random_id("req", 14)
        self.version = DEFAULT_VERSION
        self.has_begun = False

    def echo_account(self, account: str | None) -> None:
        if account:
            self._echoes.append((b"stripe-account", account.encode()))

    def echo_idempotency_key(self, key: str | None) -> None:
        if key:
            self._echoes.append((b"idempotency-key", key.encode("latin-1")))
            self._is_idempotent = True

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_begun = True
            own = self._with_own(message.get("headers", ()), message["status"])
            message["headers"] = [*own, *COMMON_HEADERS]
        await self._send(message)

    async def send_whole(self, response: Json, answer_whole: AnswerWhole | None) -> None:
        """Send an answer that is there as a whole: the short way for most of them, where the server has one."""
        if answer_whole is None:
            await response({"type": "http"}, _nothing, self)
            return
        self.has_begun = True
        headers = self._with_own(response.raw_headers, response.status_code)
        lines = b"".join([b"%b: %b\r\n" % header for header in headers])
        await answer_whole(response.status_code, lines + _COMMON_LINES, bytes(response.body))

    def _with_own(self, own: Sequence[tuple[bytes, bytes]], status: int) -> list[tuple[bytes, bytes]]:
        """An answer's headers, and those that every answer has with words of its own."""
        headers = [
            *own,
            (b"request-id", self.request_id.encode()),
            (b"stripe-version", self.version.encode()),
            *self._echoes,
        ]
        if self._is_post and 400 <= status < 500 and status not in (409, 429):
            headers.append((b"stripe-should-retry", b"false"))
        if self._is_last:
            headers.append((b"connection", b"close"))
        if self._is_idempotent and not any(name == b"original-request" for name, _ in own):
            headers.append((b"original-request", self.request_id.encode()))
        return headers


async def _nothing() -> Message:
    """What is received by an answer that asks for nothing."""
    return {"type": "http.disconnect"}


def _is_open(path: str) -> bool:
    return path in OPEN or path.startswith(_BELOW_OPEN)


def _may_be_endless(headers: Headers, max_bytes: int) -> bool:
    """Whether more may be coming than will be read. The rest must not be waited for, so nothing can follow it."""
    length = headers.get(b"content-length", "0")
    return b"transfer-encoding" in headers or not length.isdigit() or len(length) > 15 or int(length) > max_bytes


def _check_version(version: str) -> None:
    if version is not DEFAULT_VERSION and not VERSION.fullmatch(version):
        raise VersionRefused(version)


def _check_idempotency_key(key: str | None) -> None:
    if key is None:
        return
    if len(key) > MAX_IDEMPOTENCY_KEY:
        raise RequestRefused(
            f"The Idempotency-Key has {len(key)} characters; at most {MAX_IDEMPOTENCY_KEY} are allowed."
        )
    if CONTROL_CHARACTERS.search(key):  # it is echoed in a header
        raise RequestRefused("The Idempotency-Key holds a control character, which no header may have.")


def _secret(headers: Headers) -> str | None:
    """The key of a `Bearer` or `Basic` authorization; None when there is none."""
    scheme, _, credentials = headers.get(b"authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip() or None
    if scheme.lower() == "basic":
        try:
            user, _, _ = base64.b64decode(credentials.strip(), validate=True).decode().partition(":")
        except ValueError:  # neither Base64 nor text
            return None
        return user or None
    return None


def _base_url(scope: Scope, headers: Headers) -> str:
    return _address(scope["scheme"], headers.get(b"host", "")) or f"{scope['scheme']}://{_bound_to(scope)}"


@lru_cache(maxsize=256)
def _address(scheme: str, host: str) -> str | None:
    """The address that a caller used; None for a host that is none."""
    return f"{scheme}://{host}" if HOST.fullmatch(host) else None


def _bound_to(scope: MutableMapping[str, Any]) -> str:
    host, port = scope.get("server") or ("localhost", None)
    return f"{host}:{port}" if port else str(host)
