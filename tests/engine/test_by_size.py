"""The choice of an engine by the size of what a report reads, and the fallback to the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from application.ports.engine import ReportOrder, WrittenReport
from domain.errors import ReportFailed
from domain.report_types import CUSTOM_FAMILY, ReportType
from interfaces.engine.by_size import EngineBySize
from interfaces.engine.custom.query import CustomReport
from tests.support.row_ledger import at, order

ITEMIZED = "balance_change_from_activity.itemized.3"


class NamedEngine:
    """Writes its name, or fails."""

    def __init__(self, name: str, *, fails: bool = False, can_run: bool = True) -> None:
        self.name = name
        self._fails = fails
        self._can_run = can_run

    def can_run(self, report_type: ReportType) -> bool:
        return self._can_run

    def write_csv(self, order: ReportOrder, target: Path, **_: object) -> WrittenReport:
        if self._fails:
            raise ReportFailed("The engine cannot be reached now.", "engine_unreachable", try_again=True)
        target.write_text(self.name)
        return WrittenReport(1, self.name)


class LedgerOfSize:
    def __init__(self, size: int) -> None:
        self._size = size

    def stored_bytes(self, ledger: object, table: str, created: object = None) -> int:
        return self._size if table == "balance_transactions" else 0


def engine_for(
    size: int,
    *,
    from_bytes: int = 1000,
    falls_back: bool = False,
    custom_reports: Mapping[str, CustomReport] = MappingProxyType({}),
    **large: Any,
) -> EngineBySize:
    return EngineBySize(
        small=NamedEngine("duckdb 2"),
        large=NamedEngine("spark 4", **large),
        ledger=LedgerOfSize(size),  # type: ignore[arg-type]
        from_bytes=from_bytes,
        falls_back=falls_back,
        custom_reports=custom_reports,
    )


def made_by(engine: EngineBySize, folder: Path) -> str:
    january = order(ITEMIZED, interval_start=at("2025-01-01"), interval_end=at("2025-02-01"))
    return engine.write_csv(january, folder / "report.csv", time_limit_seconds=60, progress=lambda part: None).engine


@pytest.mark.parametrize(
    ("size", "from_bytes", "engine"),
    [(999, 1000, "duckdb 2"), (1000, 1000, "spark 4"), (0, 0, "spark 4"), (0, 1, "duckdb 2")],
)
def test_a_report_is_made_where_its_size_belongs(size: int, from_bytes: int, engine: str, tmp_path: Path) -> None:
    assert made_by(engine_for(size, from_bytes=from_bytes), tmp_path) == engine


def test_what_the_server_cannot_run_stays_on_this_machine(tmp_path: Path) -> None:
    assert made_by(engine_for(5000, can_run=False), tmp_path) == "duckdb 2"


@pytest.mark.parametrize(("opted_in", "engine"), [(("shop.a.1",), "spark 4"), ((), "duckdb 2")])
def test_a_custom_report_goes_to_the_server_only_when_it_opts_in(
    opted_in: tuple[str, ...], engine: str, tmp_path: Path
) -> None:
    january = order(ITEMIZED, interval_start=at("2025-01-01"), interval_end=at("2025-02-01"))
    custom = replace(january.report_type, id="shop.a.1", family=CUSTOM_FAMILY)
    report = CustomReport(custom, "select id as a", ("balance_transactions",), frozenset(), is_ordered=False)
    chosen = engine_for(5000, custom_reports=dict.fromkeys(opted_in, report))

    written = chosen.write_csv(
        replace(january, report_type=custom),
        tmp_path / "report.csv",
        time_limit_seconds=60,
        progress=lambda part: None,
    )

    assert written.engine == engine


def test_a_failure_of_the_server_is_the_failure_of_the_report(tmp_path: Path) -> None:
    with pytest.raises(ReportFailed, match="cannot be reached"):
        made_by(engine_for(5000, fails=True), tmp_path)


def test_a_fallback_is_logged_and_names_the_engine_that_did_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert made_by(engine_for(5000, fails=True, falls_back=True), tmp_path) == "duckdb 2"

    assert "spark 4 could not make the report. The engine cannot be reached now. It is made by duckdb 2." in caplog.text


def test_an_attempt_names_both_engines() -> None:
    assert engine_for(0).name == "duckdb 2 or spark 4"
