"""Rows of SQLite that are passed on."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from interfaces.storage.sqlite.connection import translated_rows


def test_rows_that_are_not_read_to_their_end_may_outlive_their_connection() -> None:
    """As where a backup is stopped."""
    connection = sqlite3.connect(":memory:")
    rows = translated_rows(connection.execute("values (1), (2)"), Path("events.db"))
    assert next(rows) == (1,)

    connection.close()

    rows.close()  # type: ignore[attr-defined]
