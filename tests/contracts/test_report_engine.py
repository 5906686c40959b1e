"""The report engine: the same bytes and the same failures, whichever adapter computes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from application.ports.engine import ReportEngine, ReportOrder
from application.ports.ledger import LoadOrder
from domain.access.caller import Scope
from domain.errors import ReportTimedOut
from domain.ledger.ledger import PinnedLedger
from domain.report_types import catalogue
from domain.runs.run_parameters import check_parameters
from interfaces.engine.duckdb.engine import DuckDbEngine
from interfaces.engine.spark.engine import SparkEngine
from interfaces.engine.spark.server_address import ServerAddress
from interfaces.ledger.delta.delta_ledger import DeltaLedger
from interfaces.ledger.demo.demo import write_ledger
from tests.engine.small_ledger import PLATFORM, at
from tests.support.sail import SailProcess, running_sail

ITEMIZED, SUMMARY = "balance_change_from_activity.itemized.3", "balance.summary.1"

DIGEST = "fbcc7890e5a92052662025c8201dc7e09ac60a5cf4372b1b9aba58432d94122e"
"""SHA-256 of the itemized report over the whole ledger."""


@pytest.fixture(scope="module")
def sail() -> Iterator[SailProcess]:
    with running_sail() as server:
        yield server


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


class ReportEngineContract:
    """What every adapter must do.

    engine  over the ledger of `delta`
    named   what its name begins with
    """

    engine: ReportEngine
    named: str

    def test_a_report_is_written_with_its_rows_and_the_engine_that_did_it(
        self, delta: tuple[DeltaLedger, PinnedLedger], tmp_path: Path
    ) -> None:
        target = tmp_path / "report.csv"

        written = self.engine.write_csv(
            an_order(ITEMIZED, delta[1]), target, time_limit_seconds=60, progress=lambda part: None
        )

        assert written.engine == self.engine.name
        assert written.engine.startswith(self.named)
        assert written.rows == target.read_bytes().count(b"\n") - 1 > 20
        assert hashlib.sha256(target.read_bytes()).hexdigest() == DIGEST

    def test_a_ledger_without_rows_gives_the_header(self, tmp_path: Path) -> None:
        target = tmp_path / "report.csv"

        written = self.engine.write_csv(
            an_order(SUMMARY, PinnedLedger(False, 1, {})), target, time_limit_seconds=60, progress=lambda part: None
        )

        assert (written.rows, target.read_text()) == (0, '"category","description","net_amount","currency"\n')

    def test_a_time_limit_ends_the_report_and_leaves_no_file(
        self, delta: tuple[DeltaLedger, PinnedLedger], tmp_path: Path
    ) -> None:
        target = tmp_path / "report.csv"

        with pytest.raises(ReportTimedOut):
            self.engine.write_csv(
                an_order(ITEMIZED, delta[1]), target, time_limit_seconds=0.000001, progress=lambda part: None
            )

        assert not target.exists()

    def test_a_type_without_a_definition_is_refused(self) -> None:
        known = catalogue().get(ITEMIZED)
        assert known is not None

        assert self.engine.can_run(known)


class TestDuckDbEngine(ReportEngineContract):
    named = "duckdb "

    @pytest.fixture(autouse=True)
    def _adapter(self, delta: tuple[DeltaLedger, PinnedLedger], tmp_path: Path) -> Iterator[None]:
        self.engine = engine = DuckDbEngine(delta[0], memory_limit_mib=256, threads=2, spill_folder=tmp_path / "spill")
        yield
        engine.close()


class TestSail(ReportEngineContract):
    named = "sail "

    @pytest.fixture(autouse=True)
    def _adapter(self, delta: tuple[DeltaLedger, PinnedLedger], sail: SailProcess) -> Iterator[None]:
        self.engine = engine = SparkEngine(delta[0], ServerAddress(sail.url))
        yield
        engine.close()
