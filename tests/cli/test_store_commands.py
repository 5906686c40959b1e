"""`migrate`, `backup` and `restore`, on both stores."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from application.views.paging import Page
from application.views.runs import ListedRun
from interfaces.cli.main import main
from interfaces.storage.postgres.schema import STEPS
from tests.cli.conftest import Cli
from tests.support.postgres import PostgresServer
from tests.support.runs import SCOPE, pending_run, start, succeed
from tests.support.stores import stores_in


@pytest.fixture
def reportrun(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    """Runs a command on a store; gives exit code, stdout and stderr."""

    def run(database_url: str, *words: str) -> tuple[int, str, str]:
        monkeypatch.setenv("REPORTRUN_DATA", str(tmp_path / "data"))
        monkeypatch.setenv("REPORTRUN_DATABASE_URL", database_url)
        code = main(words)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def some_runs(folder: Path, database_url: str = "") -> Sequence[ListedRun]:
    """Stores a finished and a pending run; gives the list as readers see it."""
    with stores_in(folder, database_url) as stores:
        finished, pending = pending_run(), pending_run()
        start(finished)
        succeed(finished)
        stores.events.save(finished)
        stores.events.save(pending)
        stores.projector.catch_up()
        return asyncio.run(stores.views.runs.page(SCOPE, Page(limit=10)))


def list_of(folder: Path, database_url: str = "") -> Sequence[ListedRun]:
    with stores_in(folder, database_url) as stores:
        return asyncio.run(stores.views.runs.page(SCOPE, Page(limit=10)))


def test_a_database_is_migrated_once(reportrun: Cli, empty_database: str) -> None:
    first = reportrun(empty_database, "migrate")
    second = reportrun(empty_database, "migrate")

    assert first == (0, f"The schema went from version 0 to {len(STEPS)}.\n", "")
    assert second == (0, f"The schema is at version {len(STEPS)} already.\n", "")


def test_a_database_that_was_not_migrated_is_refused_with_the_command_that_helps(
    reportrun: Cli, empty_database: str
) -> None:
    code, out, err = reportrun(empty_database, "keys", "list")

    assert (code, out) == (1, "")
    assert "is at version 0" in err and "Run `reportrun migrate`" in err and err.count("\n") == 1


def test_a_database_that_is_away_is_told_in_one_sentence(reportrun: Cli) -> None:
    code, out, err = reportrun("postgresql://nobody@127.0.0.1:1/none", "keys", "list")

    assert (code, out) == (1, "")
    assert err == "reportrun: The database cannot be reached now. Try again in a moment.\n"


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:sec/ret7@127.0.0.1/db",
        "postgresql://me:123/ret7@127.0.0.1/db",
        "postgresql://me:sec@ret7@127.0.0.1/db",
        "postgresql://me:sec%ret7@127.0.0.1/db",
        "postgresql://me:ret7@127.0.0.1:port/db",
        "postgresql://me:ret7@[::1/db",
        "postgres//me:ret7@127.0.0.1/db",
    ],
)
@pytest.mark.parametrize("level", ["info", "debug"])
def test_a_malformed_address_shows_no_part_of_its_password(
    reportrun: Cli, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, address: str, level: str
) -> None:
    monkeypatch.setenv("REPORTRUN_LOG_LEVEL", level)
    caplog.set_level(level.upper())

    code, out, err = reportrun(address, "keys", "list")

    assert (code, out) == (1, "")
    assert "REPORTRUN_DATABASE_URL is" in err and err.count("\n") == 1
    assert not any(part in err + caplog.text for part in ("ret7", "sec", "me:", "123"))


def test_a_wrong_password_a_missing_database_and_a_missing_host_are_told_apart(
    reportrun: Cli, postgres_server: PostgresServer, database_url: str, tmp_path: Path
) -> None:
    absent = database_url.rpartition("/")[0] + "/absent"
    with postgres_server.passwords_required():
        wrong = reportrun(database_url.replace("reportrun@", "reportrun:wrong@"), "keys", "list")[2]
        none = reportrun(database_url, "keys", "list")[2]
    missing = reportrun(absent, "keys", "list")[2]
    nowhere = reportrun("postgresql://me@no-such-host.invalid/db", "keys", "list")[2]

    assert wrong.startswith("reportrun: The database refuses the user or the password.")
    assert none.startswith("reportrun: The database asks for a password")
    assert missing.startswith("reportrun: The database server has no such database or user.")
    assert nowhere.startswith("reportrun: The host of the database cannot be found.")


def test_sqlite_needs_no_migration(reportrun: Cli) -> None:
    reportrun("", "accounts", "list")

    assert reportrun("", "migrate") == (0, "SQLite brings its schema up to date by itself.\n", "")


@pytest.mark.parametrize("source", ["sqlite", "postgres"])
@pytest.mark.parametrize("target", ["sqlite", "postgres"])
def test_a_backup_alone_makes_every_view_again_in_either_store(
    reportrun: Cli, tmp_path: Path, database_url: str, postgres_server: PostgresServer, source: str, target: str
) -> None:
    source_url = database_url if source == "postgres" else ""
    before = some_runs(tmp_path / "data", source_url)
    backup = tmp_path / "a.backup"

    made = reportrun(source_url, "backup", str(backup))
    with postgres_server.new_database() as other:
        target_url = other if target == "postgres" else ""
        if target_url:
            reportrun(target_url, "migrate")
        restored = reportrun(target_url, "restore", str(backup), "--data", str(tmp_path / "restored"))
        after = list_of(tmp_path / "restored", target_url)

    assert made == (0, f"4 events are in {backup}.\n", "")
    assert restored[0] == 0
    assert after == before


def test_after_a_restore_new_events_come_behind_the_old(reportrun: Cli, tmp_path: Path, database_url: str) -> None:
    some_runs(tmp_path / "data")
    reportrun("", "backup", str(tmp_path / "a.backup"))
    reportrun(database_url, "restore", str(tmp_path / "a.backup"))

    after = some_runs(tmp_path / "data", database_url)

    assert len(after) == 4
    assert sorted({row.position for row in after}) == sorted(row.position for row in after)


def test_a_store_with_events_is_not_restored_over(reportrun: Cli, tmp_path: Path) -> None:
    before = some_runs(tmp_path / "data")
    reportrun("", "backup", str(tmp_path / "a.backup"))

    code, out, err = reportrun("", "restore", str(tmp_path / "a.backup"))

    assert (code, out) == (1, "")
    assert err == "reportrun: The store has events already. A backup is restored into an empty one only.\n"
    assert list_of(tmp_path / "data") == before


def test_a_backup_may_have_any_name(reportrun: Cli, tmp_path: Path) -> None:
    before = some_runs(tmp_path / "data")
    name = str(tmp_path / "50% of #1?.backup")

    assert reportrun("", "backup", name)[0] == 0
    assert reportrun("", "restore", name, "--data", str(tmp_path / "restored"))[0] == 0

    assert list_of(tmp_path / "restored") == before


def test_a_file_that_is_no_backup_is_refused_and_restores_nothing(reportrun: Cli, tmp_path: Path) -> None:
    (tmp_path / "no.backup").write_bytes(b"not a backup at all" * 100)

    assert reportrun("", "restore", str(tmp_path / "no.backup"))[0] == 1
    assert reportrun("", "restore", str(tmp_path / "missing.backup"))[0] == 1

    assert list_of(tmp_path / "data") == []
