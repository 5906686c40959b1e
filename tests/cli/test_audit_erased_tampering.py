"""A log with events that were erased: every change besides the recorded ones is found, with its position."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from interfaces.composition.audit.erasures import erasing
from tests.cli.tampered_logs import COLUMNS, SealedLog, opened, sealed_data, unnoticed_changes

__all__ = ["sealed_data"]

ERASED, RECORD, LAST_RECORD = 4, 7, 8
"""Positions: of the event that was erased twice, and of the records of that."""


@pytest.fixture(scope="module")
def erased_data(sealed_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the sealed log with events that were erased, for copies."""
    data = tmp_path_factory.mktemp("erased") / "data"
    shutil.copytree(sealed_data, data)
    with opened(data) as log:
        for field in ("idempotency_key", "parameters"):
            erasing(log.installation).erase(log.run, [field], "Request 17")
        log.seal()
        assert (log.last, log.found()) == (LAST_RECORD, [])
    return data


@pytest.fixture
def log(erased_data: Path, tmp_path: Path) -> Iterator[SealedLog]:
    shutil.copytree(erased_data, tmp_path / "data")
    with opened(tmp_path / "data") as log:
        yield log


@pytest.mark.parametrize("column", COLUMNS)
def test_every_single_byte_that_is_changed_is_found_with_its_position(log: SealedLog, column: str) -> None:
    assert unnoticed_changes(log, column, lambda position: [position]) == []
    assert log.found() == []


@pytest.mark.parametrize("position", range(1, LAST_RECORD + 1))
def test_every_event_that_was_removed_is_found(log: SealedLog, position: int) -> None:
    log.change("delete from stored_events where rowid = ?", position)

    assert position in log.positions


@pytest.mark.parametrize("position", range(1, LAST_RECORD))
def test_events_that_were_swapped_are_found(log: SealedLog, position: int) -> None:
    for before, after in ((position, 50), (position + 1, position), (50, position + 1)):
        log.change("update stored_events set rowid = ? where rowid = ?", after, before)

    assert {position, position + 1} & set(log.positions)


def test_an_erasure_that_was_never_sealed_vouches_for_nothing(log: SealedLog) -> None:
    """Whoever changes an event cannot add the record of an erasure before the end of what is sealed."""
    log.change("update stored_events set state = cast(replace(cast(state as text), ',', ', ') as blob) where rowid = 5")
    log.change("update stored_events set rowid = rowid + 1 where rowid = 8")
    log.change(
        "insert into stored_events (rowid, originator_id, originator_version, topic, state) "
        "select 8, originator_id, 99, topic, state from stored_events where rowid = 7"
    )

    assert log.positions[:2] == [5, 8]


def test_the_newest_events_that_were_removed_are_found(log: SealedLog) -> None:
    for count in range(1, log.last + 1):
        log.change("delete from stored_events where rowid > ?", log.last - count)

        assert log.last - count + 1 in log.positions


def test_every_byte_of_the_files_that_is_changed_is_found(log: SealedLog, tmp_path: Path) -> None:
    tiles = tmp_path / "data" / "audit" / "tile"
    current = [tiles / "0" / "000.p" / "8", tiles / "entries" / "000.p" / "8"]
    for file in current:
        content = file.read_bytes()
        for place in range(len(content)):
            file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            assert [one.position for one in log.found()] == [None], (file, place)
        file.write_bytes(content)

    assert log.found() == []
