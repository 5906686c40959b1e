"""SQL literals and quoted identifiers, for DuckDB. Values from callers are bound as parameters instead."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path


def quoted(text: str) -> str:
    """A text literal."""
    return "'" + text.replace("'", "''") + "'"


def file_literal(path: Path) -> str:
    """A path as a text literal, for functions that expand patterns."""
    return quoted(exactly(str(path)))


def exactly(path: str) -> str:
    """The pattern that this very path is the only match of: DuckDB expands patterns in paths."""
    return re.sub(r"([*?\[])", r"[\1]", path)


def name(identifier: str) -> str:
    """A quoted identifier: the name of a column or table with any characters."""
    return '"' + identifier.replace('"', '""') + '"'


def text_list(texts: Iterable[str]) -> str:
    """A list of text literals."""
    return "[" + ", ".join(quoted(text) for text in texts) + "]::varchar[]"
