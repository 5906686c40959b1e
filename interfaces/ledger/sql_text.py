"""SQL literals and quoted identifiers."""

from __future__ import annotations

from collections.abc import Iterable


def quoted(text: str) -> str:
    """A text literal."""
    return "'" + text.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """A quoted identifier: the name of a column or table with any characters."""
    return '"' + identifier.replace('"', '""') + '"'


def text_list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(quoted(text) for text in texts) + "]::varchar[]"
