"""JSON as Stripe writes it: two-space indent, `id` and `object` first, a newline at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


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
