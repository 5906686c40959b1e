"""A load and the first report on it, as loads add up: CPU time after 100 and 1,000 of them, and after a few."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from application.ledger.loading import LoadFiles
from application.ledger.versions import newest_version
from application.ports.engine import ReportOrder
from application.ports.ledger import LedgerSource
from benchmarks.figure import Effort, Figure, ratio
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

SOME, MANY = 100, 1_000
MEASURED = 12
"""How many loads are measured at a time: some compact a month, and most do not."""

_CPU_COST = "1.3 or less"


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    """Loads of one row each go into one month of a ledger that grows, and in turn into one that hardly does."""
    goals = [goal for goal in (SOME, MANY) if goal <= effort.runs // 100]
    with ExitStack() as stack:
        young, old = (_Growing(stack.enter_context(_installation(folder / age)), folder) for age in ("young", "old"))
        for site in (young, old):
            site.step()  # imports, and the first use of everything
        for goal in goals:
            old.load_until(goal)
            pairs = [(young.step(), old.step()) for _ in range(MEASURED)]
            few, many = (zip(*steps, strict=True) for steps in zip(*pairs, strict=True))
            names = (f"a load after {goal:,} loads", f"the first report after {goal:,} loads")
            yield from map(_figure, names, few, many)


def _installation(data: Path) -> Installation:
    return Installation(Settings(data=data, engine_threads=1))


def _figure(name: str, few: Sequence[float], many: Sequence[float]) -> Figure:
    note = f"CPU time, over that after a few; {median(many) * 1000:.0f} ms, in {MEASURED} pairs"
    return ratio(name, many, few, _CPU_COST, note)


class _Growing:
    """An installation into which loads of one row go."""

    def __init__(self, installation: Installation, folder: Path) -> None:
        self._installation = installation
        self._loading = loading(installation)
        self._scope = Scope(administration(installation).platform(), livemode=False)
        self._file = folder / "rows.csv"
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
