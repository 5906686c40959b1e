"""Warnings about source files: what they lack, and what of them is left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was staged. has_more: whether its last page says that there are more; None without pages"""

    name: str
    table: str
    warnings: tuple[str, ...]
    has_more: bool | None


def warnings_of(files: Sequence[ReadFile]) -> tuple[str, ...]:
    """Whole sentences, in the order of the files."""
    own = [f"{file.name}: {warning}" for file in files for warning in file.warnings]
    return (*own, *_unfinished(files))


def _unfinished(files: Sequence[ReadFile]) -> Iterator[str]:
    """A chain of pages may lie in one file or in several; it is whole when one of them ends with the last page."""
    last = {file.table: file for file in files if file.has_more is not None}
    for table, file in last.items():
        if all(other.has_more is not False for other in files if other.table == table):
            yield (
                f"{file.name}: Its last page says `has_more`: the list of {table} has more pages. "
                "Save them until `has_more` is false, and load them, too."
            )
