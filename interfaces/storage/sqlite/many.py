"""Inserts of many rows in few statements: each statement costs a call out of the interpreter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

Values = Sequence[Any]

_LARGEST = 256


def inserts(table: str, columns: Sequence[str], rows: Sequence[Values]) -> Iterator[tuple[str, list[Any]]]:
    """Statements that insert the rows in their order, each with its values.

    Each inserts a power of two of rows, so that there are few different texts and their plans are cached. Rows before
    one that is refused stay, and the transaction is to be rolled back: to undo the statement alone, SQLite would keep
    copies of all pages that it changes, which takes a fifth of the time of a batch.
    """
    head = f"insert or fail into {table} ({', '.join(columns)}) values "
    row = f"({', '.join('?' * len(columns))})"
    first, size = 0, _LARGEST
    while first < len(rows):
        while size > len(rows) - first:
            size //= 2
        values = [value for one in rows[first : first + size] for value in one]
        yield head + ", ".join([row] * size), values
        first += size
