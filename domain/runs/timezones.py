"""The time zones that clients may name."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files


@cache
def timezones() -> frozenset[str]:
    """IANA names, as clients list them."""
    return frozenset(json.loads((files(__package__) / "timezones.json").read_bytes()))
