"""What the proxies in front of a server say of a request: its scheme, its caller, and the prefix of its path."""

from __future__ import annotations

from collections.abc import Awaitable

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from interfaces.http.edge.base_url import PREFIX, is_prefix
from interfaces.http.server.proxy_users import ProxyUsers

SCHEMES = ([b"http"], [b"https"])
"""What `X-Forwarded-Proto` may say; uvicorn takes `ws` and `wss` too, and the last of several."""

PROTO, PATH_PREFIX = b"x-forwarded-proto", b"x-forwarded-prefix"
FORWARDED = frozenset((PROTO, PATH_PREFIX))


def behind_proxies(app: ASGIApp, trusted: str, user_header: str = "") -> ASGIApp:
    """uvicorn's reading of a proxy's headers, for requests that say `http` or `https` once; and of its path prefix.

    trusted      addresses or networks of the proxies, separated by commas; `*`: all
    user_header  in which they name the user; empty: in none
    """
    read = ProxyHeadersMiddleware(app, trusted)  # type: ignore[arg-type]

    def forward(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if FORWARDED.isdisjoint(dict(scope.get("headers", ()))):
            return app(scope, receive, send)
        schemes, prefixes = _said(scope)
        if len(prefixes) == 1 and _caller(scope) in read.trusted_hosts:
            _take_prefix(scope, prefixes[0])
        if schemes and schemes in SCHEMES:
            return read(scope, receive, send)  # type: ignore[arg-type]
        return app(scope, receive, send)

    return ProxyUsers(forward, user_header, lambda caller: caller in read.trusted_hosts) if user_header else forward


def _said(scope: Scope) -> tuple[list[bytes], list[bytes]]:
    """The values of `X-Forwarded-Proto`, and those of `X-Forwarded-Prefix`."""
    schemes, prefixes = [], []
    for name, value in scope.get("headers", ()):
        if name == PROTO:
            schemes.append(value)
        elif name == PATH_PREFIX:
            prefixes.append(value)
    return schemes, prefixes


def _caller(scope: Scope) -> str | None:
    client = scope.get("client")
    return client[0] if client else None


def _take_prefix(scope: Scope, said: bytes) -> None:
    prefix = said.decode("latin-1").rstrip("/")
    if is_prefix(prefix):
        scope[PREFIX] = prefix
