"""Compaction: small files become few, every version stays readable, and the cost of loads and reports stays flat."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from application.access.administration import Administration
from application.ledger.checking import LedgerCheck, damage_of_ledger
from application.ledger.compaction import Compaction, LedgerCompaction
from application.ledger.ledger_changes import LedgerChanges
from application.ledger.loading import LoadFiles, Loading
from application.ledger.repair import LedgerRepair
from application.ledger.versions import versions_of
from application.log.event_store import EventStore
from application.ports.ledger import LedgerSource
from domain.ledger.ledger import Ledger, PinnedLedger
from interfaces.host.clock import SystemClock
from interfaces.ledger.delta.delta_ledger import DeltaLedger
from interfaces.ledger.delta.pinned_files import CACHED_VERSIONS, PinnedFiles
from interfaces.ledger.delta.table_log import TableLog
from interfaces.ledger.upkeep.small_files import CROWDED_FROM
from tests.ledger.conftest import Books
from tests.support.stores import stores_in

TABLE = "balance_transactions"
JANUARY, FEBRUARY = 1_735_700_000, 1_738_400_000


class Site:
    """A ledger and its events, into which loads of one row in each of two months go."""

    def __init__(self, root: Path, events: EventStore) -> None:
        self.root = root
        self.events = events
        self.table = root / "ledger" / "test" / TABLE
        accounts = Administration(events, SystemClock(), "test", lambda: None)
        self.changes = LedgerChanges(
            events, DeltaLedger(root / "ledger"), accounts, SystemClock(), "test", lambda: None
        )

    def load(self, number: int) -> None:
        path = self.root / "rows.csv"
        rows = [f"txn_{number}_{at},100,0,100,usd,{at},{at},charge" for at in (JANUARY, FEBRUARY)]
        path.write_text("\n".join(["id,amount,fee,net,currency,created,available_on,type", *rows]))
        Loading(self.changes).load(LoadFiles([LedgerSource(TABLE, path)], livemode=False))

    def compact(self) -> Compaction:
        return LedgerCompaction(self.changes).compact(livemode=False)

    def versions(self) -> list[PinnedLedger]:
        return versions_of(self.events, livemode=False)

    def files(self, at: PinnedLedger) -> list[str]:
        return DeltaLedger(self.root / "ledger").files(at, TABLE)

    def ids(self, at: PinnedLedger) -> set[str]:
        books = Books(self.root / "ledger")
        return {str(id) for (id,) in books.rows(TABLE, "id", at)}

    def finding(self) -> tuple[str, str]:
        damaged = LedgerCheck(self.events, DeltaLedger(self.root / "ledger").check()).damaged_loads(livemode=False)
        finding = damage_of_ledger("test", damaged)
        return finding.level, finding.sentence


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with stores_in(tmp_path / "data") as stores:
        yield Site(tmp_path, stores.events)


def row_ids(loads: int) -> set[str]:
    return {f"txn_{number}_{at}" for number in range(loads) for at in (JANUARY, FEBRUARY)}


def test_what_a_version_is_read_from_stays_bounded_and_every_version_keeps_its_rows(site: Site) -> None:
    loads = 45
    for number in range(loads):
        site.load(number)

    versions = site.versions()
    log = TableLog(site.table)

    assert max(len(site.files(version)) for version in versions) <= 2 * (CROWDED_FROM - 1)
    assert max(len(log.entries_of(version.tables[TABLE])) for version in versions) <= 11
    assert [site.ids(version) for version in versions] == [row_ids(number + 1) for number in range(loads)]


def test_a_load_syncs_a_bounded_number_of_files(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    sync = os.fsync
    counts = []

    def recorded(descriptor: int) -> None:
        synced.append(descriptor)
        sync(descriptor)

    for number in range(25):
        if number in (2, 24):
            monkeypatch.setattr(os, "fsync", recorded)
        site.load(number)
        counts.append(len(synced))
        synced.clear()
        monkeypatch.setattr(os, "fsync", sync)

    assert counts[24] <= counts[2] + 4


def test_compaction_makes_a_version_with_the_same_rows_in_fewer_files(site: Site) -> None:
    for number in range(3):
        site.load(number)
    before = site.versions()[-1]

    done = site.compact()

    after = site.versions()[-1]
    assert (done.changed, done.files_before, done.files_after) == (True, 6, 2)
    assert (done.version, after.version) == (before.version + 1, before.version + 1)
    assert (len(site.files(before)), len(site.files(after))) == (6, 2)
    assert site.ids(before) == site.ids(after) == row_ids(3)


def test_compaction_of_a_ledger_without_small_files_changes_nothing(site: Site) -> None:
    assert site.compact() == Compaction(0, changed=False, files_before=0, files_after=0)
    site.load(0)

    assert site.compact() == Compaction(2, changed=False, files_before=2, files_after=2)
    assert len(site.versions()) == 1


def test_a_load_after_a_compaction_builds_upon_it(site: Site) -> None:
    for number in range(3):
        site.load(number)
    site.compact()

    site.load(3)

    assert site.ids(site.versions()[-1]) == row_ids(4)


def test_windows_and_owners_stay_as_they_are(site: Site) -> None:
    for number in range(3):
        site.load(number)
    before = site.events.find(Ledger, "ledger_test")
    site.compact()
    after = site.events.find(Ledger, "ledger_test")

    assert before is not None and after is not None
    assert (after.windows, after.owners) == (before.windows, before.owners)


def test_a_damaged_compaction_is_repaired_by_going_back_and_loses_no_row(site: Site) -> None:
    for number in range(3):
        site.load(number)
    site.compact()
    Path(site.files(site.versions()[-1])[0]).unlink()

    level, sentence = site.finding()
    repaired = LedgerRepair(site.changes).repair(livemode=False)

    assert level == "wrong"
    assert "version 5 cannot be read. `reportrun ledger repair` goes back to a version with the same rows." in sentence
    assert repaired == [TABLE]
    assert site.ids(site.versions()[-1]) == row_ids(3)
    assert site.finding()[0] == "look"


def test_a_table_that_cannot_be_read_is_left_out_of_a_compaction(site: Site) -> None:
    for number in range(2):
        site.load(number)
    Path(site.files(site.versions()[-1])[0]).unlink()

    done = site.compact()

    assert (done.changed, done.unreadable) == (False, (TABLE,))


@pytest.mark.parametrize(
    "damage", [lambda path: path.write_bytes(b""), lambda path: path.write_bytes(b"PAR1 and so on")]
)
def test_a_checkpoint_that_is_damaged_is_set_aside_by_the_next_load(
    site: Site, damage: Callable[[Path], object]
) -> None:
    for number in range(9):
        site.load(number)
    for checkpoint in site.table.glob("_delta_log/*.checkpoint.parquet"):
        damage(checkpoint)

    site.load(9)

    versions = site.versions()
    assert [site.ids(version) for version in versions] == [row_ids(number + 1) for number in range(10)]
    assert list(site.table.glob("_damaged_log/*.checkpoint.parquet"))


def test_an_entry_before_a_checkpoint_is_damage_of_the_versions_that_need_it(site: Site) -> None:
    for number in range(12):
        site.load(number)
    TableLog(site.table).entry(3).write_bytes(b"")

    site.load(12)

    assert site.ids(site.versions()[-1]) == row_ids(13)
    _, sentence = site.finding()
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
