"""SQL literals and quoted identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path


def quoted(text: str) -> str:
    """A text literal."""
    return "'" + text.replace("'", "''") + "'"


def file_literal(path: Path) -> str:
    """A path as a text literal; DuckDB expands glob patterns in paths, so their characters are escaped."""
    return quoted(re.sub(r"([*?\[])", r"[\1]", str(path)))


def name(identifier: str) -> str:
    """A quoted identifier: the name of a column or table with any characters."""
    return '"' + identifier.replace('"', '""') + '"'


def text_list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(quoted(text) for text in texts) + "]::varchar[]"
