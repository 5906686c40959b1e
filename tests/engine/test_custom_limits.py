"""The limits of custom reports at run time: functions that can be neither interrupted nor kept to the memory limit."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from application.ports.engine import ReportOrder
from domain.access.caller import Scope
from domain.errors import ReportFailed
from domain.ledger.ledger import PinnedLedger
from domain.report_types import ReportType
from domain.runs.run_parameters import check_parameters
from interfaces.engine.custom.header import CheckBrokenOff
from interfaces.engine.custom.isolated_report import IsolatedReport, write_isolated
from interfaces.engine.custom.query import CustomReport
from interfaces.engine.custom.sandbox import BoundedCheck
from interfaces.engine.definitions.report_query import ReportQuery
from interfaces.engine.definitions.statement import Statement
from interfaces.engine.duckdb.engine import DuckDbEngine
from interfaces.engine.duckdb.query_watch import QueryWatch
from interfaces.processes.channel import Channel
from tests.support.processes import resident_mib_of_all, until
from tests.support.row_ledger import PLATFORM, SmallLedger, at
from tests.support.row_ledger import order as built_in
from tests.support.server import START_SECONDS

TIME_LIMIT_SECONDS, MEMORY_LIMIT_MIB, THREADS = 3, 256, 2

CONSTANT_MIB = 384
"""What the processes of a custom report may take beyond the memory limit, as the documentation says."""

EXPRESSIONS = [
    "lpad(id, 2000000000, 'ab')",
    "printf('%' || (amount + 1999999000)::varchar || 'd', amount)",
    "nfc_normalize(repeat(id, 200000000))",
    "nfc_normalize(repeat('e' || chr(769), 20000 * amount::integer))",
    "regexp_matches(repeat(id, 10000 * amount::integer), '.{100,900}x.{100,900}n#')",
    "repeat('1', 1000000 * amount)::bit",
    "levenshtein(repeat(id, 100 * amount::integer), repeat('ab', 300 * amount::integer))",
    "range(amount * 100000)",
    "list_sum(range(amount * 100000))",
]


UNINTERRUPTIBLE = "levenshtein(repeat('x', 100000 + n::integer), repeat('y', 300000))"
ROOT = Path(__file__).parents[2]


def custom(expression: str) -> CustomReport:
    report_type = ReportType("shop.a.1", "A", "own", "own", None, 1, (), ("columns",), ("a",), ("a",), False)
    sql = f"select {expression} as a from balance_transactions"
    return CustomReport(report_type, sql, ("balance_transactions",), frozenset(), False)


def request_in(folder: Path, expression: str, rows: int = 2, file_limit_mib: int = 100) -> IsolatedReport:
    """A report without tables that a process of its own is to make."""
    query = ReportQuery(Statement(f"select {expression} as a from range({rows}) t(n)"), {}, ("a",), {})
    return IsolatedReport(query, {}, folder / "report.csv", MEMORY_LIMIT_MIB, 128, file_limit_mib, 2, folder)


def engine_with(ledger: SmallLedger, expression: str, folder: Path) -> DuckDbEngine:
    return DuckDbEngine(
        ledger,
        memory_limit_mib=MEMORY_LIMIT_MIB,
        threads=THREADS,
        spill_folder=folder / "spill",
        custom_reports={"shop.a.1": custom(expression)},
    )


def custom_order() -> ReportOrder:
    report_type = custom("id").report_type
    parameters = check_parameters(report_type, {})
    return ReportOrder(report_type, parameters, Scope(PLATFORM, True), PinnedLedger(True, 1, {}), (PLATFORM,))


def built_in_order() -> ReportOrder:
    start, end = at("2025-01-01"), at("2025-02-01")
    return built_in("balance_change_from_activity.itemized.3", interval_start=start, interval_end=end)


class Peak:
    mib = 0.0


@contextmanager
def memory_of_the_tree() -> Iterator[Peak]:
    """The most memory that this process and its descendants come to hold in the block, beyond what they held before."""
    peak, ended = Peak(), threading.Event()
    before = _tree_mib()

    def look() -> None:
        while not ended.wait(0.01):
            peak.mib = max(peak.mib, _tree_mib() - before)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        watcher.join()


def cpu_seconds_of_ended_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _tree_mib() -> float:
    return resident_mib_of_all(map(int, _tree(str(os.getpid()))))


def _tree(process: str) -> list[str]:
    try:
        children = [
            child for tasks in Path(f"/proc/{process}/task").glob("*/children") for child in tasks.read_text().split()
        ]
    except OSError:  # it has just ended
        return []
    return [process, *(descendant for child in children for descendant in _tree(child))]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_sql_that_knows_no_limits_ends_in_a_sentence_and_the_next_report_is_made(
    expression: str, ledger: SmallLedger, tmp_path: Path
) -> None:
    ledger.transaction("txn_1", "2025-01-05", 1000, "charge")
    engine, target = engine_with(ledger, expression, tmp_path), tmp_path / "made" / "report.csv"
    target.parent.mkdir()
    before, cpu_before = _tree(str(os.getpid())), cpu_seconds_of_ended_children()

    with memory_of_the_tree() as peak, pytest.raises(ReportFailed, match=r"^The report.*\.$") as failed:
        engine.write_csv(custom_order(), target, time_limit_seconds=TIME_LIMIT_SECONDS, progress=lambda part: None)

    cpu_seconds = cpu_seconds_of_ended_children() - cpu_before
    left = set(_tree(str(os.getpid()))) - set(before)
    written = engine.write_csv(built_in_order(), target, time_limit_seconds=60, progress=lambda part: None)
    assert failed.value.reason in {"memory_limit", "time_limit", "custom_sql"}
    assert not failed.value.try_again
    assert cpu_seconds < 2 * TIME_LIMIT_SECONDS * THREADS  # which other work on the machine does not lengthen
    assert left == set()  # nothing of it holds up the next report
    assert peak.mib < MEMORY_LIMIT_MIB + CONSTANT_MIB
    assert written.rows == 1
    assert list(target.parent.iterdir()) == [target]
    engine.close()
    assert list((tmp_path / "spill").iterdir()) == []


def test_the_process_of_a_report_ends_with_the_worker(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "interfaces.entrypoints.custom_report"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdin is not None and process.stdout is not None
        worker = Channel(process.stdout.fileno(), process.stdin.fileno())
        worker.receive_within(START_SECONDS)
        worker.send(request_in(tmp_path, UNINTERRUPTIBLE))
        until((tmp_path / "report.csv").exists, "it does not come")

        process.stdin.close()

        assert process.wait(START_SECONDS) == 1


def test_a_report_whose_process_is_killed_may_be_made_again(tmp_path: Path) -> None:
    failures = list[ReportFailed]()
    before = set(_tree(str(os.getpid())))

    def make() -> None:
        with pytest.raises(ReportFailed) as failed:
            write_isolated(request_in(tmp_path, UNINTERRUPTIBLE), QueryWatch(60, lambda part: None))
        failures.append(failed.value)

    thread = threading.Thread(target=make)
    thread.start()
    until((tmp_path / "report.csv").exists, "it does not come")
    (child,) = set(_tree(str(os.getpid()))) - before
    os.kill(int(child), signal.SIGKILL)
    thread.join()

    (failure,) = failures
    assert (failure.reason, failure.try_again) == ("custom_sql", True)
    assert str(failure).startswith("The report's own SQL ended the process that computed it")


def test_processes_of_another_version_are_given_no_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interfaces.processes.greetings.PROGRAM_VERSION", "0.0.1")
    report = custom("id")

    with pytest.raises(ReportFailed, match="another version of Reportrun was installed") as failed:
        write_isolated(request_in(tmp_path, "n"), QueryWatch(60, lambda part: None))
    with pytest.raises(CheckBrokenOff, match="another version of Reportrun was installed"):
        BoundedCheck().checked(report.report_type, report.sql)

    assert (failed.value.reason, failed.value.try_again) == ("other_version", True)


def test_a_report_that_is_killed_leaves_nothing_of_what_it_spilled(tmp_path: Path) -> None:
    report = request_in(tmp_path, "row_number() over (order by hash(n))", rows=20_000_000, file_limit_mib=1000)
    (spill := tmp_path / "spill").mkdir()
    before = set(_tree(str(os.getpid())))

    def make() -> None:
        with suppress(ReportFailed):
            write_isolated(replace(report, spill_folder=spill), QueryWatch(60, lambda part: None))

    thread = threading.Thread(target=make)
    thread.start()
    until(lambda: any(path.is_file() for path in spill.rglob("*")), "it does not come")
    (child,) = set(_tree(str(os.getpid()))) - before
    os.kill(int(child), signal.SIGKILL)
    thread.join()

    assert list(spill.iterdir()) == []


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("n", id="the file"),
        pytest.param("row_number() over (order by hash(n))", id="what is spilled"),
    ],
)
def test_a_file_larger_than_its_limit_fails_for_good_and_names_the_setting(expression: str, tmp_path: Path) -> None:
    report = request_in(tmp_path, expression, rows=20_000_000, file_limit_mib=1)

    with pytest.raises(ReportFailed, match=r"REPORTRUN_CUSTOM_FILE_MIB\.$") as failed:
        write_isolated(report, QueryWatch(60, lambda part: None))

    assert failed.value.reason == "file_limit"
    assert not failed.value.try_again
    assert all(file.stat().st_size <= 1024 * 1024 for file in tmp_path.iterdir())
