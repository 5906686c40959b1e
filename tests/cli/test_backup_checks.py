"""Backups are checked: what is damaged is refused or marked, and a refused restore leaves the store empty."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from application.log.idempotency_records import Append, IdempotencyRecord
from domain.access.caller import Scope
from interfaces.cli.main import main
from tests.support.damage import change_event, delete_event, overwrite_page
from tests.support.postgres import PostgresServer
from tests.support.runs import SCOPE, pending_run, start
from tests.support.stores import stores_in

RECORD = IdempotencyRecord(SCOPE, "key-1", b"\x00fingerprint", 200, b'{"id":"frr_1"}', "req_1", 100)


@pytest.fixture
def in_folder(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command on the store of a folder, or of a database; gives exit code, stdout and stderr."""

    def run(folder: Path, *words: str, database_url: str = "") -> tuple[int, str, str]:
        monkeypatch.setenv("REPORTRUN_DATABASE_URL", database_url)
        code = main([*words, "--data", str(folder)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return tmp_path / "source"


def stored_run(folder: Path, database_url: str = "") -> str:
    with stores_in(folder, database_url) as stores:
        run = pending_run()
        start(run)
        stores.store.recorder.append([Append(stores.events.pending(run), RECORD)])
        return run.id


def last_position(folder: Path, database_url: str = "") -> int:
    with stores_in(folder, database_url) as stores:
        return stores.events.last_position()


def record_in(folder: Path, scope: Scope = SCOPE, database_url: str = "") -> IdempotencyRecord | None:
    with stores_in(folder, database_url) as stores:
        return asyncio.run(stores.store.idempotency_records.get(scope, RECORD.key))


def execute(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement)


def test_a_backup_of_a_damaged_log_is_refused_and_keeps_the_older_one(
    in_folder: Any, source: Path, tmp_path: Path
) -> None:
    id = stored_run(source)
    backup = tmp_path / "a.backup"
    in_folder(source, "backup", str(backup))
    older = backup.read_bytes()
    change_event(source, id, 2, state=b"{")

    code, out, err = in_folder(source, "backup", str(backup))

    assert (code, out) == (1, "")
    assert f"1 event is damaged (position 2, {id}, version 2: its data cannot be decoded)" in err
    assert backup.read_bytes() == older
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["a.backup"]


@pytest.mark.parametrize("table", ["stored_events", "receipts"])
def test_a_damaged_page_of_the_log_is_named_as_damage_of_the_log(
    in_folder: Any, source: Path, tmp_path: Path, table: str
) -> None:
    with stores_in(source) as stores:
        for number in range(60):
            record = RECORD._replace(key=f"key-{number}", body=b" " * 500)
            stores.store.recorder.append([Append(stores.events.pending(pending_run()), record)])
    overwrite_page(source, table)

    code, out, err = in_folder(source, "backup", str(tmp_path / "a.backup"))

    assert (code, out) == (1, "")
    assert "The file events.db is damaged. It is the log of events: stop everything" in err
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == []


@pytest.mark.parametrize("damage", ["state", "gap"])
def test_damage_that_is_accepted_is_marked_and_restored_as_it_was(
    in_folder: Any, source: Path, tmp_path: Path, damage: str
) -> None:
    id = stored_run(source)
    if damage == "state":
        change_event(source, id, 2, state=b"{")
    else:
        delete_event(source, id, 1)
    backup = str(tmp_path / "a.backup")

    made = in_folder(source, "backup", backup, "--accept-damage")
    refused = in_folder(tmp_path / "target", "restore", backup)
    empty = last_position(tmp_path / "target")
    restored = in_folder(tmp_path / "target", "restore", backup, "--accept-damage")

    assert made[0] == 0 and "1 damaged event is marked in it" in made[2]
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("select position, originator_id from damaged_events").fetchall() == [(2, id)]
    assert refused[0] == 1 and "Nothing was restored: 1 damaged event in" in refused[2] and empty == 0
    assert restored[0] == 0 and last_position(tmp_path / "target") == 2


@pytest.mark.parametrize("target", ["sqlite", "postgres"])
def test_a_backup_that_names_a_module_imports_nothing_and_restores_nothing(
    in_folder: Any, source: Path, tmp_path: Path, database_url: str, target: str
) -> None:
    stored_run(source)
    backup = tmp_path / "a.backup"
    in_folder(source, "backup", str(backup))
    execute(backup, "update stored_events set topic = 'antigravity:fly' where rowid = 2")
    sys.modules.pop("antigravity", None)
    url = database_url if target == "postgres" else ""

    code, out, err = in_folder(tmp_path / "target", "restore", str(backup), database_url=url)

    assert (code, out) == (1, "")
    assert "its type 'antigravity:fly' is none of Reportrun's" in err
    assert "antigravity" not in sys.modules
    assert last_position(tmp_path / "target", url) == 0


@pytest.mark.parametrize(
    "change",
    [
        "update stored_events set state = replace(state, 'originator_topic\":\"report_run', 'originator_topic\":\"os')",
        "update stored_events set state = x'7b' where rowid = 1",
        "update stored_events set topic = null",
        "update stored_events set originator_version = 7 where originator_version = 2",
        "update stored_events set rowid = 99 where originator_version = 1",
        "pragma user_version = 99",
    ],
)
def test_a_backup_that_was_changed_restores_nothing(in_folder: Any, source: Path, tmp_path: Path, change: str) -> None:
    stored_run(source)
    backup = tmp_path / "a.backup"
    in_folder(source, "backup", str(backup))
    execute(backup, change)

    code, _, err = in_folder(tmp_path / "target", "restore", str(backup))

    assert code == 1 and "should not have happened" not in err
    assert last_position(tmp_path / "target") == 0


def test_after_a_refused_restore_another_backup_can_be_restored(in_folder: Any, source: Path, tmp_path: Path) -> None:
    stored_run(source)
    good, bad = str(tmp_path / "good.backup"), tmp_path / "bad.backup"
    in_folder(source, "backup", good)
    in_folder(source, "backup", str(bad))
    execute(bad, "update stored_events set state = x'7b' where rowid = 2")

    assert in_folder(tmp_path / "target", "restore", str(bad))[0] == 1
    assert in_folder(tmp_path / "target", "restore", good)[0] == 0


@pytest.mark.parametrize("source_kind", ["sqlite", "postgres"])
@pytest.mark.parametrize("target_kind", ["sqlite", "postgres"])
def test_idempotency_records_are_part_of_a_backup(
    in_folder: Any,
    source: Path,
    tmp_path: Path,
    database_url: str,
    postgres_server: PostgresServer,
    source_kind: str,
    target_kind: str,
) -> None:
    source_url = database_url if source_kind == "postgres" else ""
    stored_run(source, source_url)
    in_folder(source, "backup", str(tmp_path / "a.backup"), database_url=source_url)

    with postgres_server.new_database() as other:
        target_url = other if target_kind == "postgres" else ""
        if target_url:
            in_folder(tmp_path / "target", "migrate", database_url=target_url)
        in_folder(tmp_path / "target", "restore", str(tmp_path / "a.backup"), database_url=target_url)

        assert record_in(tmp_path / "target", database_url=target_url) == RECORD


def test_a_backup_of_the_format_before_is_restored(in_folder: Any, source: Path, tmp_path: Path) -> None:
    stored_run(source)
    backup = tmp_path / "a.backup"
    in_folder(source, "backup", str(backup))
    for statement in (
        "drop table idempotency_records",
        "drop table damaged_events",
        "pragma user_version = 0",
    ):
        execute(backup, statement)

    restored = in_folder(tmp_path / "target", "restore", str(backup))

    assert restored[0] == 0 and last_position(tmp_path / "target") == 2
    assert record_in(tmp_path / "target") is None
