"""Lists and hashes as text columns of views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson


def json_text(value: Sequence[str] | Mapping[str, Any]) -> str:
    """A list, or a hash in alphabetical order, as JSON."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
