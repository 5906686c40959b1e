"""Whoever can write the database cannot change it unseen: what was changed is found, with its position."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from application.audit.consistency import must_contain
from application.audit.leaves import every_batch
from application.audit.whole_log.differences import Difference
from domain.audit.checkpoint import Checkpoint
from domain.errors import SealBroken
from interfaces.composition.audit.audit_checks import verification
from interfaces.composition.audit.sealing import sealed_now
from tests.cli.tampered_logs import COLUMNS, SealedLog, opened, sealed_data, unnoticed_changes, with_one_byte_changed
from tests.support.runs import pending_run

__all__ = ["sealed_data"]


@pytest.fixture
def sealed(sealed_data: Path, tmp_path: Path) -> Iterator[SealedLog]:
    shutil.copytree(sealed_data, tmp_path / "data")
    with opened(tmp_path / "data") as log:
        yield log


def test_an_unchanged_log_has_no_differences(sealed: SealedLog) -> None:
    assert (sealed.last, sealed.found()) == (6, [])


@pytest.mark.parametrize("column", COLUMNS)
def test_every_single_byte_that_is_changed_is_found_with_its_position(sealed: SealedLog, column: str) -> None:
    assert unnoticed_changes(sealed, column, lambda position: [position]) == []
    assert sealed.found() == []


def test_an_event_that_was_removed_is_found(sealed: SealedLog) -> None:
    (id,) = sealed.intruder.execute("select originator_id from stored_events where rowid = 5").fetchone()
    sealed.change("delete from stored_events where rowid = 5")

    assert sealed.found() == [
        Difference(5, f"Position 5: event 2 of {id} (report_run.attempt_started) was sealed here, and is missing.")
    ]


def test_events_that_were_swapped_are_found(sealed: SealedLog) -> None:
    for before, after in ((5, 50), (6, 5), (50, 6)):
        sealed.change("update stored_events set rowid = ? where rowid = ?", after, before)

    (difference,) = sealed.found()
    assert difference.position == 5 and difference.sentence.endswith("was changed: its version, its topic, its data.")


def test_an_event_that_was_added_between_others_is_found(sealed: SealedLog) -> None:
    sealed.change("update stored_events set rowid = rowid + 100 where rowid > 3")
    sealed.change("update stored_events set rowid = rowid - 99 where rowid > 3")
    sealed.change("insert into stored_events (rowid, originator_id, originator_version, topic, state) "
                  "values (4, 'frr_new', 1, 'report_run.created', x'00')")  # fmt: skip

    assert sealed.positions == [4]


def test_an_event_in_a_gap_between_positions_is_found(sealed: SealedLog) -> None:
    sealed.change("update stored_events set rowid = rowid + 100 where rowid > 3")
    before = sealed.found()
    sealed.change("update stored_events set rowid = rowid - 100 where rowid > 3")

    assert before[0].position == 4 and "is missing" in before[0].sentence
    assert sealed.found() == []


def test_the_newest_events_that_were_removed_are_found(sealed: SealedLog) -> None:
    for count in range(1, sealed.last + 1):
        sealed.change("delete from stored_events where rowid > ?", sealed.last - count)

        assert sealed.positions == [sealed.last - count + 1]


def test_every_column_of_the_state_of_sealing_that_is_changed_is_found(sealed: SealedLog) -> None:
    for column in ("origin", "public_key", "root", "note", "previous"):
        (value,) = sealed.intruder.execute(f"select {column} from audit_seal").fetchone()
        other = "00" + value[2:] if value else "{}"
        sealed.change(f"update audit_seal set {column} = ?", other)
        assert sealed.found(), column
        sealed.change(f"update audit_seal set {column} = ?", value)
    for column in ("size", "position"):
        for step in (-1, 1):
            sealed.change(f"update audit_seal set {column} = {column} + ?", step)
            assert sealed.found() or (column, step) == ("position", 1), (column, step)  # no event is there
            sealed.change(f"update audit_seal set {column} = {column} - ?", step)


@pytest.mark.parametrize("column", ["origin", "public_key", "root", "note"])
def test_every_byte_of_the_state_of_sealing_that_is_changed_is_found(sealed: SealedLog, column: str) -> None:
    (value,) = sealed.intruder.execute(f"select {column} from audit_seal").fetchone()
    unnoticed = []
    for content in with_one_byte_changed(value.encode()):
        sealed.change(f"update audit_seal set {column} = cast(? as text)", content)
        if not sealed.found():
            unnoticed.append(content)

    assert unnoticed == []


def test_every_byte_of_the_published_checkpoint_that_is_changed_is_found(sealed: SealedLog, tmp_path: Path) -> None:
    file = tmp_path / "data" / "audit" / "checkpoint"
    content = file.read_bytes()
    unnoticed = []
    for changed in (*with_one_byte_changed(content), b"", content[:-1], content + b"x"):
        file.write_bytes(changed)
        if not any("The file checkpoint in" in one.sentence for one in sealed.found()):
            unnoticed.append(changed)
    file.unlink()

    assert unnoticed == []
    assert "is not good. It is missing." in sealed.found()[0].sentence
    sealed.seal()
    assert (file.read_bytes(), sealed.found()) == (content, [])


def test_a_database_that_was_replaced_by_an_older_copy_of_itself_is_found_and_not_sealed_on(
    sealed: SealedLog, tmp_path: Path
) -> None:
    older = sqlite3.connect(":memory:")
    sealed.intruder.backup(older)
    sealed.installation.stores.events.save(pending_run())
    sealed.seal()
    older.backup(sealed.intruder)
    published = (tmp_path / "data" / "audit" / "checkpoint").read_bytes()

    (difference,) = sealed.found()
    assert "A checkpoint of 7 leaves was published, and the database records 6" in difference.sentence
    sealed.installation.stores.events.save(pending_run())
    with pytest.raises(SealBroken, match="The first 7 leaves of the log have another root than the checkpoint"):
        sealed.seal()
    assert (tmp_path / "data" / "audit" / "checkpoint").read_bytes() == published


def test_a_log_that_grows_while_it_is_verified_has_no_differences(sealed: SealedLog) -> None:
    begun = verification(sealed.installation, lambda position, last: None)
    for _ in range(260):
        sealed.installation.stores.events.save(pending_run())
    sealed.seal()

    assert list(begun.verified().differences) == []


def test_every_byte_of_the_files_that_is_changed_is_found_and_does_not_accuse_an_event(
    sealed: SealedLog, tmp_path: Path
) -> None:
    files = [file for file in (tmp_path / "data" / "audit" / "tile").rglob("*") if file.is_file()]
    assert len(files) == 2
    for file in files:
        content = file.read_bytes()
        for place in range(len(content)):
            file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            (difference,) = sealed.found()
            assert difference.position is None and "is not what the log leads to" in difference.sentence
        file.write_bytes(content)


@pytest.mark.parametrize("damaged", ["tile/0", "tile/entries"])
def test_the_position_is_found_by_the_files_that_are_left(sealed: SealedLog, tmp_path: Path, damaged: str) -> None:
    for file in (tmp_path / "data" / "audit" / damaged).rglob("*"):
        if file.is_file():
            file.write_bytes(b"\0" * file.stat().st_size)
    sealed.change("update stored_events set topic = 'report_run.failed' where rowid = 6")

    assert sealed.positions == [6]


CHANGES: dict[str, Callable[[SealedLog], None]] = {
    "events among them were changed": lambda sealed: sealed.change(
        "update stored_events set topic = 'report_run.failed' where rowid = 6"
    ),
    "its newest events were removed": lambda sealed: sealed.change("delete from stored_events where rowid > 4"),
}


@pytest.mark.parametrize("words", CHANGES)
def test_a_log_that_was_changed_and_sealed_anew_is_found_against_an_older_checkpoint(
    sealed: SealedLog, tmp_path: Path, words: str
) -> None:
    CHANGES[words](sealed)
    sealed.change("update audit_seal set root = ?", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    for file in sorted((tmp_path / "data" / "audit").rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    sealed.change("update audit_seal set size = 0, position = 0, note = ''")
    state = sealed_now(sealed.installation)
    assert sealed.found() == []

    with pytest.raises(SealBroken, match=words):
        must_contain(every_batch(sealed.installation.stores.store.recorder), state, sealed.checkpoint())


def test_a_log_that_has_grown_contains_its_older_checkpoints(sealed: SealedLog) -> None:
    for _ in range(3):
        sealed.installation.stores.events.save(pending_run())
        state = sealed_now(sealed.installation)
        recorder = sealed.installation.stores.store.recorder

        assert must_contain(every_batch(recorder), state, sealed.checkpoint()) == 6
        assert must_contain(every_batch(recorder), state, Checkpoint.parse(state.note)) == state.position
