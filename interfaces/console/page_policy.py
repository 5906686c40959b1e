"""The headers of every response of the console: a strict content security policy, and no copy in any cache."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Nothing inline, and nothing from another host."""

_HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
_NOT_KEPT = (b"cache-control", b"no-store")
_ASK_AGAIN = (b"cache-control", b"no-cache")
"""Assets are kept, and asked for again with their `ETag`."""


class PagePolicy:
    """ASGI middleware that adds them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_asset = "/assets/" in scope.get("path", "")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = _ASK_AGAIN if is_asset else _NOT_KEPT
                message["headers"] = [*message.get("headers", ()), *_HEADERS, kept]
            await send(message)

        await self._app(scope, receive, with_headers)
