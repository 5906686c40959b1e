"""Reads `.sql` files of named statements."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_HEADING = re.compile(r"^-- :(.+)$", re.MULTILINE)


@cache
def statements(file: str) -> dict[str, str]:
    """The statements of a file in this package, in their order, by the name in the heading `-- :name` of each."""
    text = files(__package__).joinpath(file).read_text()
    _, *parts = _HEADING.split(text)
    return {name.strip(): body.strip() for name, body in zip(parts[::2], parts[1::2], strict=True)}
