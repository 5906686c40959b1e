"""What `doctor` says of the transparency log."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Cli


@pytest.fixture
def sealed(loaded: Cli) -> Cli:
    assert loaded("seal", "--once")[0] == 0
    return loaded


def lines_about_seals(reportrun: Cli, *words: str) -> list[str]:
    return [line for line in reportrun("doctor", *words)[1].splitlines() if " seal" in line]


def change(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "data" / "events.db")) as intruder, intruder:
        intruder.execute(statement)


def test_a_log_that_is_not_sealed_is_worth_a_look(loaded: Cli) -> None:
    (line,) = lines_about_seals(loaded)

    assert line.startswith("look  Nothing of the log is sealed")


def test_a_sealed_log_is_good(sealed: Cli) -> None:
    assert [line[:38] for line in lines_about_seals(sealed)] == ["good  The log is sealed up to position"]
    assert [line[:37] for line in lines_about_seals(sealed, "--deep")] == ["good  The log is what was sealed: all"]


def test_a_log_that_became_shorter_is_wrong(sealed: Cli, tmp_path: Path) -> None:
    change(tmp_path, "delete from stored_events where rowid = (select max(rowid) from stored_events)")

    (line,) = lines_about_seals(sealed)

    assert line.startswith("wrong The log ends at position ")
    assert sealed("doctor")[0] == 1


def test_a_change_of_an_older_event_is_found_by_a_thorough_look(sealed: Cli, tmp_path: Path) -> None:
    longer = "cast(replace(cast(state as text), ':', ': ') as blob)"
    change(tmp_path, f"update stored_events set state = {longer} where rowid = 2")

    assert lines_about_seals(sealed)[0].startswith("good")
    (line,) = [line for line in lines_about_seals(sealed, "--deep") if line.startswith("wrong")]
    assert line.startswith("wrong The log is not what was sealed. Position 2: event 1 of ")
    assert line.endswith("was changed: its data.")


NO_RECORD = "and the database does not record that it was sealed"


@pytest.mark.parametrize("change_of_the_log", ["select 1", "delete from stored_events where rowid > 2"])
@pytest.mark.parametrize("other_name", [False, True])
def test_a_record_of_sealing_that_was_removed_is_wrong_and_no_other_log_begins(
    sealed: Cli, tmp_path: Path, change_of_the_log: str, other_name: bool
) -> None:
    change(tmp_path, change_of_the_log)
    change(
        tmp_path,
        "update audit_seal set origin = 'h/i/A', size = 0, root = '', position = 0, note = ''"
        if other_name
        else "delete from audit_seal",
    )

    (line,) = lines_about_seals(sealed)
    assert line.startswith("wrong A checkpoint of ") and NO_RECORD in line
    published = (tmp_path / "data" / "audit" / "checkpoint").read_bytes()
    for command in (["seal", "--once"], *([] if other_name else [["audit", "verify"], ["audit", "key"]])):
        code, _, err = sealed(*command)
        assert (code, NO_RECORD in err) == (1, True), command
    assert (tmp_path / "data" / "audit" / "checkpoint").read_bytes() == published


def test_a_new_log_begins_when_what_was_published_is_somewhere_else(sealed: Cli, tmp_path: Path) -> None:
    change(tmp_path, "delete from audit_seal")
    (tmp_path / "data" / "audit").rename(tmp_path / "audit-of-before")

    assert sealed("seal", "--once")[0] == 0


@pytest.mark.parametrize("column", ["size = 'x'", "root = x'00'", "sealed_at = 'x'", "position = 1.5"])
def test_a_record_of_sealing_that_cannot_be_read_is_named(sealed: Cli, tmp_path: Path, column: str) -> None:
    change(tmp_path, f"update audit_seal set {column}")

    name = column.split(maxsplit=1)[0]
    (line,) = lines_about_seals(sealed)
    assert line.startswith(f"wrong The record of sealing in the database is damaged: its {name} is ")
    for command in (["seal", "--once"], ["audit", "verify"]):
        code, _, err = sealed(*command)
        assert (code, err.startswith("reportrun: The record of sealing in the database is damaged")) == (1, True)


def test_a_checkpoint_in_the_database_that_is_none_is_named(sealed: Cli, tmp_path: Path) -> None:
    change(tmp_path, "update audit_seal set note = 'x'")

    code, _, err = sealed("seal", "--once")

    assert (code, err.startswith("reportrun: The newest checkpoint in the database is not good.")) == (1, True)


def test_a_key_that_is_not_here_is_wrong_and_no_other_is_made(sealed: Cli, tmp_path: Path) -> None:
    key = tmp_path / "data" / "audit.key"
    kept = key.read_bytes()
    key.unlink()

    _, line = lines_about_seals(sealed)
    code, _, err = sealed("seal", "--once")

    assert line.startswith("wrong This machine does not seal what is new. ") and f"{key} is missing" in line
    assert (code, f"{key} is missing" in err, key.exists()) == (1, True, False)
    key.write_text("eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=")
    assert "The checkpoints of this log are signed with the key" in lines_about_seals(sealed)[1]
    key.write_bytes(kept)
    assert len(lines_about_seals(sealed)) == 1 and sealed("seal", "--once")[0] == 0
