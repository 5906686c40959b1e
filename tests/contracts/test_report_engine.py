"""The report engine: the same bytes and the same failures, whichever adapter computes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from application.ports.engine import ReportEngine, ReportOrder, WrittenReport
from application.ports.ledger import LoadOrder
from domain.access.caller import Scope
from domain.errors import ReportTimedOut
from domain.ledger.ledger import PinnedLedger
from domain.report_types import catalogue
from domain.runs.run_parameters import check_parameters
from interfaces.engine.duckdb.engine import DuckDbEngine
from interfaces.engine.spark.engine import SparkEngine
from interfaces.engine.spark.result_parts import PartsPlace
from interfaces.engine.spark.server_address import ServerAddress
from interfaces.ledger.delta.delta_ledger import DeltaLedger
from interfaces.ledger.demo.demo import write_ledger
from tests.support.row_ledger import PLATFORM, at

ITEMIZED, SUMMARY = "balance_change_from_activity.itemized.3", "balance.summary.1"

DIGEST = "fbcc7890e5a92052662025c8201dc7e09ac60a5cf4372b1b9aba58432d94122e"
"""SHA-256 of the itemized report over the whole ledger."""


@pytest.fixture(scope="module")
def delta(tmp_path_factory: pytest.TempPathFactory) -> tuple[DeltaLedger, PinnedLedger]:
    """A ledger of 40 transactions."""
    folder = tmp_path_factory.mktemp("ledger")
    empty = PinnedLedger(livemode=False, version=1, tables={})
    sources = write_ledger(
        folder / "files", seed=5, livemode=False, balance_transactions=40, start=date(2025, 1, 20), days=20
    )
    ledger = DeltaLedger(folder / "ledger")
    loaded = ledger.write(LoadOrder(empty, sources, PLATFORM, None), lambda what, part: None)
    return ledger, PinnedLedger(livemode=False, version=1, tables=loaded.tables)


def an_order(report_type: str, ledger: PinnedLedger) -> ReportOrder:
    known = catalogue().get(report_type)
    assert known is not None
    given = {"interval_start": at("2025-01-20"), "interval_end": at("2025-02-09")}
    return ReportOrder(known, check_parameters(known, given), Scope(PLATFORM, livemode=False), ledger, (PLATFORM,))


@dataclass(frozen=True)
class Adapter:
    """An engine over the ledger of `delta`. named: what its name begins with."""

    engine: ReportEngine
    named: str


@pytest.fixture(params=["duckdb", "sail", "spark", "spark in parts"])
def adapter(
    request: pytest.FixtureRequest, delta: tuple[DeltaLedger, PinnedLedger], tmp_path: Path
) -> Iterator[Adapter]:
    """Every adapter, and Spark with its result in parts; those that are not installed are skipped."""
    engine: DuckDbEngine | SparkEngine
    named, _, in_parts = request.param.partition(" ")
    if named == "duckdb":
        engine = DuckDbEngine(delta[0], memory_limit_mib=256, threads=2, spill_folder=tmp_path / "spill")
    elif named == "sail":
        engine = SparkEngine(delta[0], ServerAddress(request.getfixturevalue("sail").url))
    else:
        parts = PartsPlace(str(tmp_path / "parts"), kept_seconds=3600) if in_parts else None
        address = ServerAddress(request.getfixturevalue("spark").url)
        engine = SparkEngine(delta[0], address, reads_files=True, parts=parts, parts_from_rows=1)
    yield Adapter(engine, f"{named} ")
    engine.close()


def written(adapter: Adapter, order: ReportOrder, target: Path, *, seconds: float = 300) -> tuple[WrittenReport, bytes]:
    """What the engine gives, and the whole file."""
    report = adapter.engine.write_csv(order, target, time_limit_seconds=seconds, progress=lambda part: None)
    if report.pieces is None:
        return report, target.read_bytes()
    with closing(report.pieces) as pieces:
        file = b"".join(pieces)
        return replace(report, rows=pieces.rows), file


def test_a_report_is_written_with_its_rows_and_the_engine_that_did_it(
    adapter: Adapter, delta: tuple[DeltaLedger, PinnedLedger], tmp_path: Path
) -> None:
    report, file = written(adapter, an_order(ITEMIZED, delta[1]), tmp_path / "report.csv")

    assert report.engine == adapter.engine.name
    assert report.engine.startswith(adapter.named)
    assert report.rows == file.count(b"\n") - 1 > 20
    assert hashlib.sha256(file).hexdigest() == DIGEST


def test_a_second_report_is_the_same(adapter: Adapter, delta: tuple[DeltaLedger, PinnedLedger], tmp_path: Path) -> None:
    files = [written(adapter, an_order(ITEMIZED, delta[1]), tmp_path / "report.csv")[1] for _ in range(2)]

    assert files[0] == files[1]


def test_a_ledger_without_rows_gives_the_header(adapter: Adapter, tmp_path: Path) -> None:
    report, file = written(adapter, an_order(SUMMARY, PinnedLedger(False, 1, {})), tmp_path / "report.csv")

    assert (report.rows, file.decode()) == (0, '"category","description","net_amount","currency"\n')


def test_a_time_limit_ends_the_report_and_leaves_no_file(
    adapter: Adapter, delta: tuple[DeltaLedger, PinnedLedger], tmp_path: Path
) -> None:
    order = an_order(ITEMIZED, delta[1])

    with pytest.raises(ReportTimedOut):
        written(adapter, order, tmp_path / "report.csv", seconds=0.000001)

    assert [path for path in tmp_path.rglob("*") if path.name.startswith(("report.csv", "part-"))] == []
    assert written(adapter, order, tmp_path / "report.csv")[0].rows > 20  # it works on


def test_every_type_of_the_catalogue_can_be_run_and_an_unknown_one_cannot(adapter: Adapter) -> None:
    known = list(catalogue())

    assert [one.id for one in known if not adapter.engine.can_run(one)] == []
    assert not adapter.engine.can_run(replace(known[0], id="unknown.report.1", base_id=None))
