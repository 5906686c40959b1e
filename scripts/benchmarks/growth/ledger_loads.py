"""A load and the first report on it, as loads add up: CPU time at the 1st, the 100th and the 1,000th."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from application.ledger.loading import LoadFiles
from application.ledger.versions import newest_version
from application.ports.engine import ReportOrder
from application.ports.ledger import LedgerSource
from benchmarks.figure import Effort, Figure
from domain.access.caller import Scope
from domain.report_types import catalogue
from domain.runs.run_parameters import check_parameters
from interfaces.composition.commands import administration, loading
from interfaces.composition.installation import Installation
from interfaces.settings import Settings

TABLE = "balance_transactions"
REPORT = "balance_change_from_activity.itemized.3"
MONTH = (1_735_689_600, 1_738_368_000)
COLUMNS = "id,amount,fee,net,currency,created,available_on,type,reporting_category"

FIRST, SOME, MANY = 1, 100, 1_000
MEASURED = 12
"""How many loads are measured at a time: some compact a month, and most do not."""

_CPU_COST = "1.3 or less"


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    """Loads of one row each go into one month."""
    goals = [goal for goal in (SOME, MANY) if goal <= effort.runs // 100]
    with Installation(Settings(data=folder / "data", engine_threads=1)) as installation:
        site = _Growing(installation, folder / "rows.csv")
        site.step()  # imports, and the first use of everything
        loads, reports = site.measured()
        for goal in goals:
            site.load_until(goal)
            later_loads, later_reports = site.measured()
            yield _figure(f"a load after {goal:,} loads", later_loads, loads)
            yield _figure(f"the first report after {goal:,} loads", later_reports, reports)


def _figure(name: str, later: float, first: float) -> Figure:
    note = f"CPU time over that after {FIRST}; {later * 1000:.0f} ms, in the median of {MEASURED}"
    return Figure(name, later / first, "x", _CPU_COST, note)


class _Growing:
    """An installation into which loads of one row go."""

    def __init__(self, installation: Installation, file: Path) -> None:
        self._installation = installation
        self._loading = loading(installation)
        self._scope = Scope(administration(installation).platform(), livemode=False)
        self._file = file
        self._loads = 0
        self._type = next(one for one in catalogue() if one.id == REPORT)

    def step(self) -> tuple[float, float]:
        """CPU seconds of a load, and of the first report on it."""
        self._write_file()
        began = time.process_time()
        self._loading.load(LoadFiles([LedgerSource(TABLE, self._file)], livemode=False))
        loaded = time.process_time()
        self._report()
        return loaded - began, time.process_time() - loaded

    def measured(self) -> tuple[float, float]:
        """The medians of some loads and reports."""
        loads, reports = zip(*(self.step() for _ in range(MEASURED)), strict=True)
        return median(loads), median(reports)

    def load_until(self, goal: int) -> None:
        while self._loads < goal:
            self._write_file()
            self._loading.load(LoadFiles([LedgerSource(TABLE, self._file)], livemode=False))

    def _write_file(self) -> None:
        self._loads += 1
        created = MONTH[0] + self._loads
        row = f"txn_{self._loads},100,3,97,usd,{created},{created},charge,charge"
        self._file.write_text(f"{COLUMNS}\n{row}\n")

    def _report(self) -> None:
        start, end = MONTH
        parameters = check_parameters(self._type, {"interval_start": start, "interval_end": end})
        ledger = newest_version(self._installation.stores.events, livemode=False)
        order = ReportOrder(self._type, parameters, self._scope, ledger, (self._scope.account,))
        target = self._file.with_name("report.csv")
        self._installation.engine.write_csv(order, target, time_limit_seconds=60, progress=lambda part: None)
