"""Compaction: small files become few, every version stays readable, and the cost of loads and reports stays flat."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from application.ledger.compaction import Compaction
from application.ledger.repair import LedgerRepair
from domain.ledger.ledger import Ledger
from interfaces.ledger.delta.pinned_files import CACHED_VERSIONS, PinnedFiles
from interfaces.ledger.delta.table_log import TableLog
from interfaces.ledger.upkeep.small_files import CROWDED_FROM
from tests.ledger.growing_site import TABLE, GrowingSite, row_ids


def test_what_a_version_is_read_from_stays_bounded_and_every_version_keeps_its_rows(growing: GrowingSite) -> None:
    loads = 45
    for number in range(loads):
        growing.load(number)

    versions = growing.versions()
    log = TableLog(growing.table)

    assert max(len(growing.files(version)) for version in versions) <= 2 * (CROWDED_FROM - 1)
    assert max(len(log.entries_of(version.tables[TABLE])) for version in versions) <= 11
    assert [growing.ids(version) for version in versions] == [row_ids(number + 1) for number in range(loads)]


def test_a_load_syncs_a_bounded_number_of_files(growing: GrowingSite, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    sync = os.fsync
    counts = []

    def recorded(descriptor: int) -> None:
        synced.append(descriptor)
        sync(descriptor)

    for number in range(25):
        if number in (2, 24):
            monkeypatch.setattr(os, "fsync", recorded)
        growing.load(number)
        counts.append(len(synced))
        synced.clear()
        monkeypatch.setattr(os, "fsync", sync)

    assert counts[24] <= counts[2] + 4


def test_compaction_makes_a_version_with_the_same_rows_in_fewer_files(growing: GrowingSite) -> None:
    for number in range(3):
        growing.load(number)
    before = growing.versions()[-1]

    done = growing.compact()

    after = growing.versions()[-1]
    assert (done.changed, done.files_before, done.files_after) == (True, 6, 2)
    assert (done.version, after.version) == (before.version + 1, before.version + 1)
    assert (len(growing.files(before)), len(growing.files(after))) == (6, 2)
    assert growing.ids(before) == growing.ids(after) == row_ids(3)


def test_compaction_of_a_ledger_without_small_files_changes_nothing(growing: GrowingSite) -> None:
    assert growing.compact() == Compaction(0, changed=False, files_before=0, files_after=0)
    growing.load(0)

    assert growing.compact() == Compaction(2, changed=False, files_before=2, files_after=2)
    assert len(growing.versions()) == 1


def test_a_load_after_a_compaction_builds_upon_it(growing: GrowingSite) -> None:
    for number in range(3):
        growing.load(number)
    growing.compact()

    growing.load(3)

    assert growing.ids(growing.versions()[-1]) == row_ids(4)


def test_windows_and_owners_stay_as_they_are(growing: GrowingSite) -> None:
    for number in range(3):
        growing.load(number)
    before = growing.events.find(Ledger, "ledger_test")
    growing.compact()
    after = growing.events.find(Ledger, "ledger_test")

    assert before is not None and after is not None
    assert (after.windows, after.owners) == (before.windows, before.owners)


def test_a_damaged_compaction_is_repaired_by_going_back_and_loses_no_row(growing: GrowingSite) -> None:
    for number in range(3):
        growing.load(number)
    growing.compact()
    Path(growing.files(growing.versions()[-1])[0]).unlink()

    level, sentence = growing.finding()
    repaired = LedgerRepair(growing.changes).repair(livemode=False)

    assert level == "wrong"
    assert "version 5 cannot be read. `reportrun ledger repair` goes back to a version with the same rows." in sentence
    assert repaired == [TABLE]
    assert growing.ids(growing.versions()[-1]) == row_ids(3)
    assert growing.finding()[0] == "look"


def test_a_table_that_cannot_be_read_is_left_out_of_a_compaction(growing: GrowingSite) -> None:
    for number in range(2):
        growing.load(number)
    Path(growing.files(growing.versions()[-1])[0]).unlink()

    done = growing.compact()

    assert (done.changed, done.unreadable) == (False, (TABLE,))


@pytest.mark.parametrize(
    "damage", [lambda path: path.write_bytes(b""), lambda path: path.write_bytes(b"PAR1 and so on")]
)
def test_a_checkpoint_that_is_damaged_is_set_aside_by_the_next_load(
    growing: GrowingSite, damage: Callable[[Path], object]
) -> None:
    for number in range(9):
        growing.load(number)
    for checkpoint in growing.table.glob("_delta_log/*.checkpoint.parquet"):
        damage(checkpoint)

    growing.load(9)

    versions = growing.versions()
    assert [growing.ids(version) for version in versions] == [row_ids(number + 1) for number in range(10)]
    assert list(growing.table.glob("_damaged_log/*.checkpoint.parquet"))


def test_an_entry_before_a_checkpoint_is_damage_of_the_versions_that_need_it(growing: GrowingSite) -> None:
    for number in range(12):
        growing.load(number)
    TableLog(growing.table).entry(3).write_bytes(b"")

    growing.load(12)

    assert growing.ids(growing.versions()[-1]) == row_ids(13)
    _, sentence = growing.finding()
    assert "Their rows are in the current version" in sentence


def test_a_worker_remembers_a_handful_of_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def reading(self: PinnedFiles, uri: str, version: int) -> Sequence[Any]:
        read.append(version)
        return ()

    monkeypatch.setattr(PinnedFiles, "_read", reading)
    files = PinnedFiles(None)

    for version in range(500):
        files.of("table", version)

    assert files.of.cache_info().currsize == CACHED_VERSIONS == 64
