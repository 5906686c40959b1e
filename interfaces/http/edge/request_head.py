"""Checks the head of a request: what two readers could understand differently is refused."""

from __future__ import annotations

from starlette.types import Scope

from interfaces.http.edge.refusals import HeaderRepeated, HttpVersionRefused, NoHost, TransferCodingRefused
from interfaces.http.edge.request_context import Headers

ONCE = {
    name.lower().encode(): name
    for name in ("Authorization", "Content-Length", "Host", "Idempotency-Key", "Stripe-Account", "Stripe-Version")
}
"""Headers that say who asks for what. Of two, a proxy may have read the other one."""


def check_head(scope: Scope, headers: Headers) -> None:
    """Raises a `RequestRefused` for another version of HTTP, a missing `Host`, a repeated header, or another coding.

    headers  the scope's, by name
    """
    if len(headers) != len(scope["headers"]):
        _check_repeated(scope)
    version = scope["http_version"]
    if version == "1.1":
        if b"host" not in headers:
            raise NoHost
    elif version != "1.0":
        raise HttpVersionRefused(version)
    codings = headers.get(b"transfer-encoding", "chunked")
    if codings.lower() != "chunked":
        raise TransferCodingRefused(codings)


def _check_repeated(scope: Scope) -> None:
    seen = set()
    for name, _ in scope["headers"]:
        if name in seen and name in ONCE:
            raise HeaderRepeated(ONCE[name])
        seen.add(name)
