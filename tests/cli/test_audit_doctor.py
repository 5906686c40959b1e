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
