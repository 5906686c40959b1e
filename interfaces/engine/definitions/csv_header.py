"""The first line of a report's file."""

from __future__ import annotations

from collections.abc import Sequence


def header_line(columns: Sequence[str]) -> str:
    """The names of the columns, every one quoted, with the end of the line."""
    return ",".join('"' + name.replace('"', '""') + '"' for name in columns) + "\n"
