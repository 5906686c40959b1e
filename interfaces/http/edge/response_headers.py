"""The headers that every response has, and those that echo its request."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence

from starlette.types import Message, Send

from domain.ids import random_id
from interfaces.http.edge.versions import DEFAULT_VERSION

Header = tuple[bytes, bytes]

COMMON_HEADERS: list[Header] = [
    (b"access-control-allow-methods", b"GET, HEAD, PUT, PATCH, POST, DELETE"),
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Request-Id, Stripe-Manage-Version, X-Stripe-External-Auth-Required, X-Stripe-Privileged-Session-Required",
    ),
    (b"access-control-max-age", b"300"),
    (b"cache-control", b"no-cache, no-store"),
]


REPLAYED: Header = (b"idempotent-replayed", b"true")
"""Of a response that was recorded; it names its original request itself."""


def headers_of_no_request() -> list[Header]:
    """The headers of a response to bytes that are no request."""
    request_id = random_id("req", 14)
    return [(b"request-id", request_id.encode()), (b"stripe-version", DEFAULT_VERSION.encode()), *COMMON_HEADERS]


class ResponseHeaders:
    """An ASGI `send` that adds them to one response.

    is_last  whether the connection closes after it
    """

    def __init__(self, send: Send, method: str, *, is_last: bool) -> None:
        self._send = send
        self._is_last = is_last
        self._is_post = method == "POST"
        self._echoes: list[Header] = []
        self._is_idempotent = False
        self.request_id = random_id("req", 14)
        self.version = DEFAULT_VERSION
        self.has_begun = False
        self.status = 0

    def echo_account(self, account: str) -> None:
        self._echoes.append((b"stripe-account", account.encode()))

    def echo_idempotency_key(self, key: str) -> None:
        self._echoes.append((b"idempotency-key", key.encode("latin-1")))
        self._is_idempotent = True

    def __call__(self, message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            self.has_begun, self.status = True, message["status"]
            message["headers"] = self._all(message.get("headers", ()), message["status"])
        return self._send(message)

    def _all(self, own: Sequence[Header], status: int) -> list[Header]:
        """own  the headers that the response was made with"""
        headers = [
            *own,
            (b"request-id", self.request_id.encode()),
            (b"stripe-version", self.version.encode()),
            *self._echoes,
        ]
        if self._is_post and 400 <= status < 500 and status not in (409, 429):
            headers.append((b"stripe-should-retry", b"false"))
        if self._is_last:
            headers.append((b"connection", b"close"))
        if self._is_idempotent and REPLAYED not in own:
            headers.append((b"original-request", self.request_id.encode()))
        return headers + COMMON_HEADERS
