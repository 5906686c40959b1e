"""Responses whose body is JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from interfaces.http.responses.json_bytes import json_bytes

_TYPE = (b"content-type", b"application/json")


class Json(Response):
    """A JSON response. It builds its few headers itself, for speed."""

    def __init__(self, content: Any, status_code: int = 200, headers: Mapping[str, str] | None = None) -> None:
        self._set(json_bytes(content), status_code)
        for name, value in (headers or {}).items():
            self.raw_headers.append((name.lower().encode(), value.encode()))

    @classmethod
    def of_bytes(cls, body: bytes, status_code: int, *headers: tuple[bytes, bytes]) -> Json:
        """Of a body that is JSON already. headers: names in lower case."""
        made = cls.__new__(cls)
        made._set(body, status_code)
        made.raw_headers.extend(headers)
        return made

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body})

    def _set(self, body: bytes, status_code: int) -> None:
        self.status_code = status_code
        self.background = None
        self.body = body
        self.raw_headers = [(b"content-length", b"%d" % len(body)), _TYPE]
