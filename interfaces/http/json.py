"""JSON as Stripe writes it: two-space indent, `id` and `object` first, a newline at the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


class Json(Response):
    """A JSON answer."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return json_bytes(content)


def json_bytes(content: Any) -> bytes:
    return orjson.dumps(content, option=_OPTIONS)


def alphabetical(hash: Mapping[str, Any]) -> dict[str, Any]:
    """The same keys in alphabetical order, as hashes without an id have them."""
    return dict(sorted(hash.items()))
