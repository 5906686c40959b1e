"""A ledger with damaged files is named, blocks no load, and is healed by loading the same files again."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import obstore
import pytest
from obstore.store import from_url

from application.access.administration import Administration
from application.ledger.checking import LedgerCheck, damage_of_ledger
from application.ledger.ledger_changes import LedgerChanges
from application.ledger.loading import Loaded, LoadFiles, Loading
from application.ledger.repair import LedgerRepair
from application.ledger.versions import versions_of
from application.log.event_store import EventStore
from application.ports.ledger import LedgerSource
from domain.errors import StoreUnavailable
from domain.ledger.ledger import PinnedLedger
from interfaces.host.clock import SystemClock
from interfaces.ledger.delta.delta_ledger import DeltaLedger
from tests.support.stores import stores_in


class Site:
    """A ledger and its events, with a load of each month's customers."""

    def __init__(self, root: Path, events: EventStore) -> None:
        self.root = root
        self.table = root / "ledger" / "test" / "customers"
        self.events = events
        self.accounts = Administration(events, SystemClock(), "test", lambda: None)

    @property
    def ledger(self) -> DeltaLedger:
        """As a new process opens it."""
        return DeltaLedger(self.root / "ledger")

    @property
    def changes(self) -> LedgerChanges:
        return LedgerChanges(self.events, self.ledger, self.accounts, SystemClock(), "test", lambda: None)

    def load(self, name: str, table: str = "customers") -> Loaded:
        return self.load_text(name, table, f"id,created\ncus_{name},1\n")

    def load_text(self, name: str, table: str, text: str) -> Loaded:
        path = self.root / f"{name}.csv"
        path.write_text(text)
        return Loading(self.changes).load(LoadFiles([LedgerSource(table, path)], livemode=False))

    def repair(self) -> list[str]:
        return LedgerRepair(self.changes).repair(livemode=False)

    def to_load_again(self) -> list[str]:
        damaged = LedgerCheck(self.events, self.ledger.check()).damaged_loads(livemode=False)
        return [lost.file for load in damaged for lost in load.load_again]

    def finding(self) -> str:
        """What `doctor` says of the damage."""
        return damage_of_ledger("test", LedgerCheck(self.events, self.ledger.check()).damaged_loads(False)).sentence

    def damaged_versions(self) -> list[int]:
        return [load.version for load in LedgerCheck(self.events, self.ledger.check()).damaged_loads(livemode=False)]

    def versions(self) -> list[PinnedLedger]:
        return versions_of(self.events, livemode=False)

    def rows(self, at: PinnedLedger | None = None) -> list[str]:
        """The months whose customers are there, in the order of loading."""
        files = self.ledger.files(at or self.versions()[-1], "customers")
        query = "select id from read_parquet(?, hive_partitioning = false)"
        found = duckdb.execute(query, [files]).fetchall() if files else []
        return sorted((id.removeprefix("cus_") for (id,) in found), key=["january", "february", "march"].index)

    def entry(self, version: int) -> Path:
        return self.table / "_delta_log" / f"{version:020d}.json"

    def data_of(self, version: int) -> Path:
        actions = map(json.loads, self.entry(version).read_text().splitlines())
        return self.table / str(next(action["add"]["path"] for action in actions if "add" in action))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Any]:
    with stores_in(tmp_path / "data", "") as stores:
        site = Site(tmp_path, stores.events)
        site.load("january")
        site.load("february")
        yield site


def empty(path: Path) -> None:
    path.write_bytes(b"")


def empty_all(folder: Path) -> None:
    for path in folder.rglob("*.*"):
        empty(path)


def fill_with_zeros(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def flip_a_bit(path: Path) -> None:
    contents = bytearray(path.read_bytes())
    contents[len(contents) // 2] ^= 1
    path.write_bytes(contents)


DAMAGE: dict[str, Callable[[Site], object]] = {
    "data emptied": lambda site: empty(site.data_of(2)),
    "data gone": lambda site: site.data_of(2).unlink(),
    "data zeroed": lambda site: fill_with_zeros(site.data_of(2)),
    "entry emptied": lambda site: empty(site.entry(2)),
    "entry gone": lambda site: site.entry(2).unlink(),
    "entry zeroed": lambda site: fill_with_zeros(site.entry(2)),
}

HIDDEN: dict[str, Callable[[Site], object]] = {
    "data changed": lambda site: flip_a_bit(site.data_of(2)),
    "entry changed": lambda site: flip_a_bit(site.entry(2)),
}


@pytest.fixture(params=DAMAGE)
def damaged(request: pytest.FixtureRequest, site: Any) -> Any:
    """A ledger whose second load is damaged as a power cut does it."""
    DAMAGE[request.param](site)
    return site


def test_a_whole_ledger_has_no_damage(site: Any) -> None:
    assert site.damaged_versions() == []
    assert site.rows() == ["january", "february"]


def test_a_damaged_version_is_named_with_the_load_that_wrote_it(damaged: Any) -> None:
    assert damaged.damaged_versions() == [3]
    assert damaged.to_load_again() == ["february.csv"]


@pytest.mark.parametrize("kind", HIDDEN)
def test_a_change_that_only_a_digest_shows_is_named(site: Any, kind: str) -> None:
    HIDDEN[kind](site)

    assert site.to_load_again() == ["february.csv"]


def test_a_damaged_version_is_never_read_as_a_smaller_one(damaged: Any) -> None:
    with pytest.raises((StoreUnavailable, duckdb.Error)):
        damaged.rows()


def test_the_next_load_is_not_blocked_and_says_what_it_is_built_on(damaged: Any) -> None:
    loaded = damaged.load("march")

    assert loaded.warnings == [
        "The last version of customers cannot be read, so this load was built on an earlier one. "
        "`reportrun doctor` says what to load again."
    ]
    assert damaged.rows() == ["january", "march"]
    assert damaged.to_load_again() == ["february.csv"]


def test_loading_the_same_file_again_heals(damaged: Any) -> None:
    damaged.load("february")

    assert damaged.rows() == ["january", "february"]
    assert damaged.to_load_again() == []


def test_loading_the_same_file_again_heals_after_other_loads_too(damaged: Any) -> None:
    damaged.load("march")
    damaged.load("february")

    assert damaged.rows() == ["january", "february", "march"]
    assert damaged.to_load_again() == []


def test_a_healed_ledger_shows_its_damaged_version_as_damaged(damaged: Any) -> None:
    broken = damaged.versions()[-1]
    damaged.load("february")

    assert damaged.damaged_versions() == [3]
    with pytest.raises((StoreUnavailable, duckdb.Error)):
        damaged.rows(broken)


@pytest.mark.parametrize("kind", DAMAGE | HIDDEN)
def test_repair_goes_back_to_what_can_be_read(site: Any, kind: str) -> None:
    (DAMAGE | HIDDEN)[kind](site)

    assert site.repair() == ["customers"]
    assert site.rows() == ["january"]
    assert site.to_load_again() == ["february.csv"]
    assert site.repair() == []

    site.load("february")

    assert site.rows() == ["january", "february"]
    assert site.to_load_again() == []


def test_repair_leaves_a_whole_ledger_as_it_is(site: Any) -> None:
    assert site.repair() == []
    assert len(site.versions()) == 2


def test_a_damaged_table_does_not_block_a_load_into_another(damaged: Any) -> None:
    damaged.load("march", "accounts")

    assert damaged.to_load_again() == ["february.csv"]


@pytest.mark.parametrize("lose", [shutil.rmtree, empty_all])
def test_a_table_that_is_lost_as_a_whole_is_healed_by_loading_everything_again(
    site: Any, lose: Callable[..., Any]
) -> None:
    before = site.versions()
    lose(site.table)
    assert site.to_load_again() == ["january.csv", "february.csv"]

    site.load("january")
    site.load("february")

    assert site.rows() == ["january", "february"]
    assert site.to_load_again() == []
    for version in before:
        with pytest.raises((StoreUnavailable, duckdb.Error)):
            site.rows(version)


def metadata_of(name: str) -> str:
    return f"customer_id,key,value\ncus_{name},tier,gold\n"


def test_a_lost_file_of_metadata_is_to_be_loaded_again(site: Any) -> None:
    site.load_text("tiers", "customers_metadata", metadata_of("january"))
    site.data_of(3).unlink()

    before = site.finding()
    site.load_text("tiers", "customers_metadata", metadata_of("january"))

    assert "Load again, in this order: customers_metadata tiers.csv." in before
    assert site.to_load_again() == []


def test_files_of_metadata_are_to_be_loaded_after_those_of_their_objects(site: Any) -> None:
    site.load_text("tiers", "customers_metadata", metadata_of("january"))
    for version in (1, 2, 3):
        site.data_of(version).unlink()

    finding = site.finding()

    assert "in this order: customers january.csv, customers february.csv, customers_metadata tiers.csv." in finding


def test_a_lost_file_of_transfers_and_payouts_is_to_be_loaded_again_as_transfers(site: Any) -> None:
    columns = "id,amount,currency,created,automatic,date,status"
    rows = "po_1,1,usd,1,true,2,paid\ntr_1,1,usd,1,,,\n"
    site.load_text("moved", "transfers", f"{columns}\n{rows}")
    for file in (site.root / "ledger" / "test" / "payouts").rglob("*.parquet"):
        file.unlink()

    assert "Load again, in this order: transfers moved.csv." in site.finding()


def test_what_a_dead_load_left_damaged_is_no_damage(site: Any) -> None:
    empty(site.entry(3))

    assert site.damaged_versions() == []

    site.load("march")

    assert site.damaged_versions() == []
    assert site.rows() == ["january", "february", "march"]


def test_a_ledger_that_was_loaded_before_checksums_were_kept_is_checked_by_size(site: Any) -> None:
    shutil.rmtree(site.table / "_checksums")
    assert site.damaged_versions() == []

    empty(site.data_of(2))

    assert site.to_load_again() == ["february.csv"]
    site.load("february")
    assert site.to_load_again() == []


def test_a_bucket_is_checked_for_presence_and_size_and_healed(tmp_path: Path, buckets: dict[str, str]) -> None:
    place = f"{tmp_path.name}/ledger"
    settings = {"REPORTRUN_DATA": str(tmp_path / "data"), "REPORTRUN_LEDGER_URL": f"s3://reports/{place}"}

    def reportrun(*words: str) -> str:
        command = [sys.executable, "-m", "interfaces.cli.main", *words]
        environment = {**os.environ, **settings}
        return subprocess.run(command, env=environment, check=False, capture_output=True, text=True).stdout

    def load(month: str) -> str:
        path = tmp_path / f"{month}.csv"
        path.write_text(f"id,created\ncus_{month},1\n")
        return reportrun("load", "customers", str(path))

    def data_files() -> set[str]:
        listed = obstore.list(from_url("s3://reports"), prefix=place)
        return {found["path"] for batch in listed for found in batch if found["path"].endswith(".parquet")}

    load("january")
    before = data_files()
    load("february")
    assert "wrong" not in reportrun("doctor", "--deep")

    obstore.delete(from_url("s3://reports"), list(data_files() - before))

    lost = r"versions? 3 cannot be read\. Load again, in this order: customers february\.csv\."
    assert re.search(lost, reportrun("doctor", "--deep"))
    assert "The test ledger went back with customers." in reportrun("ledger", "repair")
    assert re.search(lost, reportrun("doctor", "--deep"))
    load("february")
    assert "wrong" not in reportrun("doctor", "--deep")
