"""JSON as Stripe writes it: two-space indent, `id` and `object` first, a newline at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from starlette.responses import Response

_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
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

    def _set(self, body: bytes, status_code: int) -> None:
        self.status_code = status_code
        self.background = None
        self.body = body
        self.raw_headers = [(b"content-length", b"%d" % len(body)), _TYPE]


def json_bytes(content: Any) -> bytes:
    return orjson.dumps(content, option=_OPTIONS)


def item_bytes(content: Any) -> bytes:
    """An object as it stands within a list's `data`."""
    return orjson.dumps(content, option=orjson.OPT_INDENT_2).replace(b"\n", b"\n    ")


def list_bytes(items: Sequence[bytes], url: str, *, has_more: bool) -> bytes:
    """A list of objects that `item_bytes` has written: what `json_bytes` makes of the whole."""
    whole = json_bytes({"object": "list", "data": [0] if items else [], "has_more": has_more, "url": url})
    before, _, behind = whole.partition(b"0\n")
    return b"%b%b\n%b" % (before, b",\n    ".join(items), behind) if items else whole


def alphabetical(hash: Mapping[str, Any]) -> dict[str, Any]:
    """The same keys in alphabetical order, as hashes without an id have them."""
    return dict(sorted(hash.items()))


def parsed_text(column: str) -> Any:
    """The list or hash in a text column of a view."""
    return orjson.loads(column)
