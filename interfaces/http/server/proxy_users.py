"""The user that a trusted proxy names in a header of its own, as a proxy of a single sign-on does."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Receive, Scope, Send

USER = "reportrun.user"
"""Key of the ASGI scope: the user; missing where no trusted proxy named one."""

MOST_CHARACTERS = 200

log = logging.getLogger("reportrun.http")


class ProxyUsers:
    """ASGI middleware that stands before any that changes the caller's address."""

    def __init__(self, app: ASGIApp, header: str, is_trusted: Callable[[str | None], bool]) -> None:
        """header: its name; is_trusted: whether an address is that of a proxy"""
        self._app = app
        self._header = header
        self._name = header.lower().encode()
        self._is_trusted = is_trusted
        self._has_warned = False

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        said = [value for name, value in scope.get("headers", ()) if name == self._name]
        if said:
            self._take(scope, said)
        return self._app(scope, receive, send)

    def _take(self, scope: Scope, said: list[bytes]) -> None:
        client = scope.get("client")
        address = client[0] if client else None
        if not self._is_trusted(address):
            self._warn(f"it came from {address}, which is not among the proxies of REPORTRUN_FORWARDED_ALLOW_IPS")
        elif len(said) > 1:
            self._warn("a request had it twice: the proxy must replace what a caller sends")
        elif user := _readable(said[0]):
            scope[USER] = user
        elif said[0].strip():
            self._warn(f"a name was not printable UTF-8 of at most {MOST_CHARACTERS} characters")

    def _warn(self, why: str) -> None:
        if not self._has_warned:
            self._has_warned = True
            log.warning("The header %s was ignored: %s. This is said once.", self._header, why)


def user_of(scope: Scope) -> str:
    """Empty where no trusted proxy named one."""
    user: str = scope.get(USER, "")
    return user


def _readable(said: bytes) -> str:
    """Empty for what cannot be a user's name."""
    try:
        user = said.decode().strip()
    except UnicodeDecodeError:
        return ""
    return user if user.isprintable() and len(user) <= MOST_CHARACTERS else ""
