"""The scheme and host that links in an answer begin with."""

from __future__ import annotations

import re
from functools import lru_cache

from starlette.types import Scope

_HOST = re.compile(r"[A-Za-z0-9._\-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?", re.ASCII)


def base_url_of(scope: Scope, host: str) -> str:
    """As the caller wrote them; the socket's own address for a `Host` header that is no host."""
    return _asked(scope["scheme"], host) or f"{scope['scheme']}://{_bound_to(scope)}"


@lru_cache(maxsize=256)
def _asked(scheme: str, host: str) -> str | None:
    return f"{scheme}://{host}" if _HOST.fullmatch(host) else None


def _bound_to(scope: Scope) -> str:
    host, port = scope.get("server") or ("localhost", None)
    return f"{host}:{port}" if port else str(host)
