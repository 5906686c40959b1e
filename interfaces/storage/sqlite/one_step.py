"""Appends to the log in one step of SQLite, commit included.

Each statement that a thread executes lets go of the interpreter and then waits for it, behind the event loop. So a
whole group of appends is written by one statement: an insert into a view that is as wide as the group, whose trigger
puts the parts into their tables.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from application.receipts import Append
from interfaces.storage.backup import EVENT_COLUMNS
from interfaces.storage.sql.receipts import COLUMNS as RECEIPT_COLUMNS
from interfaces.storage.sql.receipts import receipt_values

LARGEST = 32
"""Appends of a group that is written so; others take a statement a table."""


class OneStep:
    """Over a connection whose transactions are begun and ended by hand."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._inserts: dict[tuple[int, bool], str] = {}

    def takes(self, appends: Sequence[Append]) -> bool:
        """Whether all of them have one event, and all of them a receipt or none of them."""
        answered = appends[0].receipt is not None
        return len(appends) <= LARGEST and all(
            len(one.events) == 1 and (one.receipt is not None) is answered for one in appends
        )

    def append(self, appends: Sequence[Append]) -> list[int]:
        """Write them durably and give the position of each. Raises `sqlite3.IntegrityError` with nothing written."""
        values: list[object] = []
        for one in appends:
            event = one.events[0]
            values += (event.originator_id, event.originator_version, event.topic, event.state)
        for one in appends:
            if one.receipt is not None:
                values += receipt_values(one.receipt)
        self._connection.execute(self._insert(len(appends), answered=appends[0].receipt is not None), values)
        last = appends[-1].events[0]
        (position,) = self._connection.execute(_POSITION, (last.originator_id, last.originator_version)).fetchone()
        return list(range(position - len(appends) + 1, position + 1))

    def _insert(self, size: int, *, answered: bool) -> str:
        """The statement for a group of a size; its view and trigger are made when they are first needed."""
        known = self._inserts.get((size, answered))
        if known is None:
            tables = {"stored_events": EVENT_COLUMNS, **({"receipts": RECEIPT_COLUMNS} if answered else {})}
            known = self._inserts[size, answered] = self._made(f"arriving_{size}_{int(answered)}", tables, size)
        return known

    def _made(self, view: str, tables: Mapping[str, Sequence[str]], size: int) -> str:
        parts = {
            table: [[f"{table}_{row}_{column}" for column in columns] for row in range(size)]
            for table, columns in tables.items()
        }
        cells = [cell for rows in parts.values() for row in rows for cell in row]
        empty = ", ".join(f"null as {cell}" for cell in cells)
        inserts = "\n".join(
            f"insert into {table} ({', '.join(tables[table])}) select * from (values {', '.join(map(_row, rows))});"
            for table, rows in parts.items()
        )
        for table in tables:  # a trigger knows only tables that the connection has met
            self._connection.execute(f"select 1 from {table} limit 0")
        self._connection.execute(f"create temp view {view} as select {empty}")
        self._connection.execute(f"create temp trigger {view}_in instead of insert on {view} begin\n{inserts}\nend")
        return f"insert into {view} values ({', '.join('?' * len(cells))})"


_POSITION = "select rowid from stored_events where originator_id = ? and originator_version = ?"


def _row(cells: Sequence[str]) -> str:
    return f"({', '.join(f'new.{cell}' for cell in cells)})"
