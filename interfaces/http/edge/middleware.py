"""The edge: ASGI middleware around the app that checks every request's key, version and headers before routing."""

from __future__ import annotations

import asyncio
import logging
import time

from fastapi import FastAPI
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from domain.access.caller import Caller
from domain.errors import ReportrunError, ServerStopping
from interfaces.http.api import Api
from interfaces.http.edge.base_url import PREFIX, base_url_of, path_below, prefix_of
from interfaces.http.edge.credentials import secret_of
from interfaces.http.edge.errors import error_response, internal_error
from interfaces.http.edge.fast_path import FastPath
from interfaces.http.edge.idempotency import check_idempotency_key
from interfaces.http.edge.open_pages import OpenPage, has_line, logged, shown_path
from interfaces.http.edge.refusals import RequestRefused, UnrecognizedUrl
from interfaces.http.edge.request_context import API, CONTEXT, HEADERS, Headers, RequestContext
from interfaces.http.edge.request_head import check_head
from interfaces.http.edge.response_headers import ResponseHeaders
from interfaces.http.edge.versions import DEFAULT_VERSION, check_version
from interfaces.http.request_log.request_log import refuse
from interfaces.http.responses.json import Json

log = logging.getLogger("reportrun.http")

OPEN = ("/healthz", "/readyz", "/docs", "/openapi.json", "/console", "/links")
"""Paths that need no key, with all below them. Every other path does, those that do not exist included."""

_BELOW_OPEN = tuple(f"{path}/" for path in OPEN)

NO_SUCH_PAGE = Json({"error": "Not found."}, 404)
"""For a path that needs no key and names nothing."""

ROOTS = ("/v1/", "/logs/", "/test/logs/", *OPEN)
"""What the paths of this server begin with."""


class Edge:
    """The whole server. A request without a good key is refused before it is routed."""

    def __init__(self, app: FastAPI, api: Api, fast_path: FastPath) -> None:
        self.app = app
        self.api = api
        self._fast_path = fast_path
        self._prefix = prefix_of(api.public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[API] = self.api
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        headers = scope[HEADERS] = {name: value.decode("latin-1") for name, value in scope["headers"]}
        try:
            check_head(scope, headers)
        except RequestRefused as refused:
            last = ResponseHeaders(send, scope["method"], is_last=True)
            await refuse(scope, refused)(scope, receive, last)
            self.api.request_log.end(scope, last.request_id, last.status, began)
            return
        self._remove_prefix(scope)
        if _is_open(scope["path"], headers):
            await self._open(scope, receive, OpenPage(send), began)
            return
        response = ResponseHeaders(send, scope["method"], is_last=_may_be_endless(headers, self.api.max_body_bytes))
        try:
            await self._respond(scope, receive, response)
        except ClientDisconnect:
            pass
        except asyncio.CancelledError:  # the server stops, and has waited for this request as long as it may
            if not response.has_begun:
                await error_response(ServerStopping(), None)(scope, receive, response)
        except Exception:
            _log_failure(response.request_id, scope["method"], scope["path"])
            if not response.has_begun:
                await internal_error()(scope, receive, response)
        self.api.request_log.end(scope, response.request_id, response.status, began)

    async def _open(self, scope: Scope, receive: Receive, page: OpenPage, began: float) -> None:
        """A page that needs no key."""
        path, below = scope["path"], _below_prefix(scope)
        app = self.app if "\0" not in path else NO_SUCH_PAGE
        try:
            await app(below, receive, page)
        except ClientDisconnect:
            pass
        except Exception:
            _log_failure(page.request_id, scope["method"], shown_path(path))
            if not page.has_begun:
                await internal_error()(scope, receive, page)
        if has_line(path):
            self.api.request_log.end(logged(below, path), page.request_id, page.status, began)

    def _remove_prefix(self, scope: Scope) -> None:
        """Leave the path as routes have it, and the prefix under its key."""
        prefix = scope.get(PREFIX) or self._prefix
        if prefix or scope["path"].startswith("//"):
            scope[PREFIX] = prefix
            scope["path"] = path_below(scope["path"], prefix, ROOTS)

    async def _respond(self, scope: Scope, receive: Receive, send: ResponseHeaders) -> None:
        """Check the key, then the version, then route; an operation checks the rest."""
        if scope["method"] == "OPTIONS":
            await Response(status_code=204)(scope, receive, send)
            return
        headers: Headers = scope[HEADERS]
        account = headers.get(b"stripe-account")
        try:
            self.api.hosts.check(headers.get(b"host", ""))
            caller = await self.api.authentication.caller(secret_of(headers.get(b"authorization", "")), account)
            self._check(scope, headers, caller, send)
            if "\0" in scope["path"]:
                raise UnrecognizedUrl(scope["method"], scope["path"])
            endpoint = self._fast_path.endpoint_of(scope)
            response = await endpoint(Request(scope, receive)) if endpoint else None
        except ReportrunError as error:
            response = refuse(scope, error)
        await (response or self.app)(scope, receive, send)

    def _check(self, scope: Scope, headers: Headers, caller: Caller, response: ResponseHeaders) -> None:
        """Put the request's context into its scope. Raises a `ReportrunError` that says why it goes no further."""
        context = scope[CONTEXT] = RequestContext(
            caller=caller,
            request_id=response.request_id,
            api_version=headers.get(b"stripe-version", DEFAULT_VERSION),
            idempotency_key=headers.get(b"idempotency-key") or None if scope["method"] == "POST" else None,
            base_url=self.api.public_url or base_url_of(scope, headers.get(b"host", "")),
        )
        self.api.rate_limits.take(caller.scope)
        if b"stripe-account" in headers:
            response.echo_account(caller.scope.account)
        check_version(context.api_version)
        response.version = context.api_version
        if context.idempotency_key is not None:
            check_idempotency_key(context.idempotency_key)
            response.echo_idempotency_key(context.idempotency_key)


def _log_failure(request_id: str, method: str, path: str) -> None:
    """A line with the traceback of the exception at hand."""
    log.exception("%s: %s %r failed", request_id, method, path, extra={"about": {"request_id": request_id}})


def _is_open(path: str, headers: Headers) -> bool:
    return path in OPEN or path.startswith(_BELOW_OPEN) or (path == "/" and "text/html" in headers.get(b"accept", ""))


def _below_prefix(scope: Scope) -> Scope:
    """The scope as Starlette reads it: the prefix is a part of the path."""
    prefix = scope.get(PREFIX, "")
    return {**scope, "path": prefix + scope["path"], "root_path": prefix} if prefix else scope


def _may_be_endless(headers: Headers, max_bytes: int) -> bool:
    """Whether the body may go on after what is read of it. The rest is not waited for: the connection closes."""
    length = headers.get(b"content-length", "0")
    return b"transfer-encoding" in headers or not length.isdigit() or len(length) > 15 or int(length) > max_bytes
