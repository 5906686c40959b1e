"""The scheme, host and path prefix that links in a response begin with, and the hosts that the server answers for."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.types import Scope

from interfaces.http.edge.refusals import HostRefused
from interfaces.setting_values import is_host

PREFIX = "reportrun.prefix"
"""Key of the ASGI scope: the path prefix under which callers reach this server, without a slash at the end."""

MAX_PREFIX = 200
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)+", re.ASCII)


class AllowedHosts:
    """The hosts of `REPORTRUN_HOSTS`: a name with a port, or without one for all its ports; none: any host."""

    def __init__(self, names: Collection[str] | None) -> None:
        self._names = frozenset(name.lower() for name in names or ())

    def check(self, host: str) -> None:
        """Raises `HostRefused` for a `Host` header that is not among them."""
        if self._names and not (is_host(host) and self._has(host.lower())):
            raise HostRefused(host)

    def _has(self, host: str) -> bool:
        return host in self._names or _without_port(host) in self._names


def base_url_of(scope: Scope, host: str) -> str:
    """As the caller wrote them; the socket's own address for a `Host` header that is no host."""
    asked = _asked(scope["scheme"], host) or f"{scope['scheme']}://{_bound_to(scope)}"
    prefix: str = scope.get(PREFIX, "")
    return asked + prefix


def is_prefix(text: str) -> bool:
    """Whether it can stand before a path: `/reports`, `/finance/reports`."""
    return len(text) <= MAX_PREFIX and _PREFIX.fullmatch(text) is not None and not {".", ".."} & set(text.split("/"))


def prefix_of(public_url: str) -> str:
    """The path prefix of the server's public address; empty when there is none."""
    path = urlsplit(public_url).path.rstrip("/")
    return path if is_prefix(path) else ""


def path_below(path: str, prefix: str, roots: tuple[str, ...]) -> str:
    """The path of a request without the prefix, which most proxies remove, and with one slash at its beginning.

    roots  what this server's own paths begin with: they are never cut
    """
    single = "/" + path.lstrip("/")
    if not prefix or single.startswith(roots) or not f"{single}/".startswith(f"{prefix}/"):
        return single
    return "/" + single.removeprefix(prefix).lstrip("/")


@lru_cache(maxsize=256)
def _asked(scheme: str, host: str) -> str | None:
    return f"{scheme}://{host}" if is_host(host) else None


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def _bound_to(scope: Scope) -> str:
    host, port = scope.get("server") or ("localhost", None)
    return f"{host}:{port}" if port else str(host)
