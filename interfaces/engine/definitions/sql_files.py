"""Reads the `.sql` files of report definitions."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def sql_text(name: str) -> str:
    """The whole of one file."""
    return (files(__package__) / "sql" / f"{name}.sql").read_text(encoding="utf-8")
