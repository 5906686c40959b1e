"""Many rows are inserted into SQLite without copies of pages: a transaction is undone as a whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from eventsourcing.persistence import IntegrityError

from application.log.idempotency_records import Append
from interfaces.storage.sqlite.database import SqliteDatabase
from interfaces.storage.sqlite.many import inserts
from tests.support.runs import pending_run
from tests.support.stores import stores_in

FAIL = 3
"""How an instruction of SQLite says that a refused row ends its statement, and what the statement did stays."""


def test_no_statement_needs_a_journal_of_its_own() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("create table things (id text not null unique)")
        for statement, values in inserts("things", ("id",), [("a",), ("b",), ("c",)]):
            steps = connection.execute(f"explain {statement}", values).fetchall()
            resolutions = {step[3] for step in steps if step[1] in ("HaltIfNull", "Halt") and step[2]}

            assert resolutions == {FAIL}  # another one would keep copies of pages, to undo the statement


def test_rows_before_one_that_is_refused_are_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "things.db"
    file.touch()
    database = SqliteDatabase(file)
    database.writer.execute("create table things (id text not null)")

    with pytest.raises(Exception, match="NOT NULL"), database.writer.transaction():
        database.writer.insert_new("things", ("id",), [("a",), ("b",), (None,), ("d",)])

    assert database.writer.every("select id from things") == []
    database.close()


def test_an_append_with_an_event_that_is_there_already_stores_none_of_its_group(tmp_path: Path) -> None:
    with stores_in(tmp_path) as stores:
        first = Append(stores.events.pending(pending_run()))
        stores.store.recorder.append([first])
        others = [Append(stores.events.pending(pending_run())) for _ in range(3)]

        with pytest.raises(IntegrityError):
            stores.store.recorder.append([*others, first])

        assert stores.events.last_position() == 1
