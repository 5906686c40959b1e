"""Reads `.sql` files of named statements."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_HEADING = re.compile(r"^-- :(.+)$", re.MULTILINE)


@cache
def statements(file: str) -> dict[str, str]:
    """The statements of a file beside this one, by the name that stands above each as `-- :name`, in their order."""
    text = (files(__package__) / file).read_text()
    _, *parts = _HEADING.split(text)
    return {name.strip(): body.strip() for name, body in zip(parts[::2], parts[1::2], strict=True)}
