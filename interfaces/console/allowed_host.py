"""The hosts that the console answers for: links of a webhook endpoint begin with the one that its maker used."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.errors import ReportrunError
from interfaces.console.rendering import refusal_page


class AllowedHost:
    """ASGI middleware: refuses requests that name another host."""

    def __init__(self, app: ASGIApp, check: Callable[[str], None], status_of: Callable[[ReportrunError], int]) -> None:
        """check  raises a `ReportrunError` for a `Host` header that is not allowed"""
        self._app = app
        self._check = check
        self._status_of = status_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope)
            try:
                self._check(request.headers.get("host", ""))
            except ReportrunError as refused:
                await refusal_page(request, refused, self._status_of(refused))(scope, receive, send)
                return
        await self._app(scope, receive, send)
