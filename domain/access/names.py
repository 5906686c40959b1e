"""The names that people give to API keys and accounts."""

from __future__ import annotations

from domain.plain_text import check_text

MAX_NAME = 100
"""Characters of a name."""


def check_name(name: str, noun: str) -> None:
    """Raises an `InvalidParameter` for a name over `MAX_NAME` characters, or of more than one line of plain text.

    noun  what has the name: `key`, `account`
    """
    check_text(name, f"The name of the {noun}", "name", most=MAX_NAME)
