"""Warnings about source files: what they lack, and what of them is left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from interfaces.ledger.merge.staged_file import StagedFile


def warnings_of(files: Sequence[StagedFile]) -> tuple[str, ...]:
    """Whole sentences, in the order of the files."""
    own = [f"{file.name}: {warning}" for file in files for warning in file.rows.records.warnings]
    return (*own, *_unfinished(files))


def _unfinished(files: Sequence[StagedFile]) -> Iterator[str]:
    """A chain of pages may lie in one file or in several; it is whole when one of them ends with the last page."""
    last = {file.table.name: file for file in files if file.has_more is not None}
    for table, file in last.items():
        if all(other.has_more is not False for other in files if other.table.name == table):
            yield (
                f"{file.name}: Its last page says `has_more`: the list of {table} has more pages. "
                "Save them until `has_more` is false, and load them, too."
            )
