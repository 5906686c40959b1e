"""Protection against forged requests: an unsafe method is accepted from the console's own pages only."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from interfaces.console.rendering import refusal_page

SAFE = ("GET", "HEAD", "OPTIONS")

REFUSED = "This request did not come from a page of the console. Open the console and do it from there."


class SameOrigin:
    """ASGI middleware: looks at `Sec-Fetch-Site`, and at `Origin` where a browser does not send that.

    public_url  where a proxy serves the console, if it is known: pages from there are its own, too
    """

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self._app = app
        self._public_origin = origin_of(public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE and not self._is_own(Request(scope)):
            refused: Response = refusal_page(Request(scope), HTTPException(403, REFUSED))
            await refused(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_own(self, request: Request) -> bool:
        site = request.headers.get("sec-fetch-site")
        if site is not None:
            return site == "same-origin"
        origin = request.headers.get("origin", "")
        own = f"{request.scope['scheme']}://{request.headers.get('host', '')}"
        return bool(origin) and origin in (own, self._public_origin)


def origin_of(url: str) -> str:
    """Scheme and host of an address; empty for none."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
