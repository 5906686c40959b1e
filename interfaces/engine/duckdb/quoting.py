"""Quotes text for SQL and CSV. Values from callers are bound as parameters instead."""

from __future__ import annotations

from collections.abc import Sequence


def literal(text: str) -> str:
    """A string literal."""
    return "'" + text.replace("'", "''") + "'"


def literals(texts: Sequence[str]) -> str:
    """A list of string literals."""
    return "[" + ", ".join(literal(text) for text in texts) + "]"
