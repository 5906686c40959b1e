"""The scheme and host that links in a response begin with, and the hosts that the server answers for."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from starlette.types import Scope

from interfaces.http.edge.refusals import HostRefused
from interfaces.setting_values import is_host


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
    return _asked(scope["scheme"], host) or f"{scope['scheme']}://{_bound_to(scope)}"


@lru_cache(maxsize=256)
def _asked(scheme: str, host: str) -> str | None:
    return f"{scheme}://{host}" if is_host(host) else None


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def _bound_to(scope: Scope) -> str:
    host, port = scope.get("server") or ("localhost", None)
    return f"{host}:{port}" if port else str(host)
