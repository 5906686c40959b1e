"""What a backup holds is compared with what was sealed when it was written, and its rows are what they should be."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from domain.audit.checkpoint import Checkpoint
from tests.cli.conftest import Cli
from tests.support.runs import pending_run, start, succeed
from tests.support.stores import stores_in

OTHER = "Nothing was restored: the backup does not hold what was sealed when it was written. "


@pytest.fixture
def backup(reportrun: Cli, tmp_path: Path) -> Path:
    """The backup of a sealed log."""
    assert reportrun("keys", "create")[0] == 0
    assert reportrun("seal", "--once")[0] == 0
    assert reportrun("backup", str(tmp_path / "backup"))[0] == 0
    return tmp_path / "backup"


def change(backup: Path, statement: str) -> None:
    with closing(sqlite3.connect(backup)) as connection, connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "delete from stored_events",
        "delete from stored_events where originator_id = 'installation'",
        "update stored_events set rowid = rowid + 1000 where rowid = (select max(rowid) from stored_events)",
        "update stored_events set state = cast(cast(state as text) || ' ' as blob) where rowid = 2",
        "update audit_seal set size = size - 1",
        "update audit_seal set root = 'none'",
    ],
)
def test_a_backup_with_other_events_than_were_sealed_is_refused(
    reportrun: Cli, backup: Path, tmp_path: Path, statement: str
) -> None:
    change(backup, statement)
    restored = str(tmp_path / "restored")

    code, _, err = reportrun("restore", str(backup), "--data", restored)

    assert (code, OTHER in err) == (1, True)
    assert reportrun("keys", "list", "--data", restored)[0] == 1, "nothing is there"
    assert reportrun("restore", str(backup), "--accept-damage", "--data", restored)[0] == 0


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("update stored_events set rowid = -5 where rowid = 1", "an event has the position -5; the first one is 1"),
        ("update audit_seal set size = 'x'", "the size of a row in audit_seal has a value of another type"),
        (
            "insert into webhook_secrets values ('we_1', 'x', 'whsec_1')",
            "the generation of a row in webhook_secrets has a value of another type",
        ),
        (
            "insert into idempotency_records values ('acct_1', 0, 'key', 'text', 200, x'7b7d', 'req_1', 1)",
            "the fingerprint of a row in idempotency_records has a value of another type",
        ),
        ("drop table idempotency_records", "no such table: idempotency_records"),
        ("drop table webhook_secrets", "no such table: webhook_secrets"),
    ],
)
def test_rows_that_are_none_are_damage_of_the_backup(
    reportrun: Cli, backup: Path, tmp_path: Path, statement: str, what: str
) -> None:
    change(backup, statement)
    restored = str(tmp_path / "restored")

    code, _, err = reportrun("restore", str(backup), "--data", restored)

    assert (code, err) == (1, f"reportrun: The backup {backup} is damaged: {what}. Restore another one.\n")
    assert reportrun("keys", "list", "--data", restored)[0] == 1, "nothing is there"


@pytest.mark.parametrize("more", [[], ["--accept-damage"]])
def test_a_log_with_an_erased_event_goes_on_under_its_name(reportrun: Cli, tmp_path: Path, more: list[str]) -> None:
    data, restored = tmp_path / "data", tmp_path / "restored"
    with stores_in(data, "") as stores:
        run = pending_run()
        start(run)
        succeed(run)
        stores.events.save(run)
    reportrun("seal", "--once")
    reportrun("audit", "erase", run.id, "--field", "parameters", "--reason", "Request 17")
    newest = reportrun("seal", "--once")[1]
    (tmp_path / "newest").write_text(newest)
    reportrun("backup", str(tmp_path / "backup"))
    restored.mkdir()
    (restored / "audit.key").write_bytes((data / "audit.key").read_bytes())

    words = ("restore", str(tmp_path / "backup"), "--checkpoint", str(tmp_path / "newest"), *more)
    code, out, err = reportrun(*words, "--data", str(restored))

    assert (code, f"{Checkpoint.parse(newest).origin} goes on under its name" in out) == (0, True), out + err
