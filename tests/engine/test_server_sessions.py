"""The life of a session on a Spark Connect server: one for all reports, and queries that are broken off."""

from __future__ import annotations

import _thread
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pyspark.sql.connect.dataframe import DataFrame

from domain.errors import ReportFailed, ReportTimedOut
from interfaces.engine.spark import session
from interfaces.engine.spark.engine import SparkEngine
from interfaces.engine.spark.server_address import ServerAddress
from interfaces.engine.spark.session import ServerSession
from tests.support.delta_copy import DeltaCopy
from tests.support.processes import is_computing, until
from tests.support.row_ledger import Reports, SmallLedger
from tests.support.sail import SailProcess, running_sail
from tests.support.spark_server import SparkProcess

JANUARY = ("2025-01-01", "2025-02-01")
ITEMIZED, SUMMARY = "balance_change_from_activity.itemized.3", "balance.summary.1"
ENDLESS = "select cast(sum(id % 7) as string) as csv_line from range(100000000000)"
WITHIN_SECONDS = 2.0
REPORTS = 40
BROKEN_OFF = 10


@pytest.fixture
def made(ledger: SmallLedger, tmp_path: Path, sail: SailProcess) -> Reports:
    """Reports of a ledger with one transaction, made on Sail."""
    ledger.transaction("txn_1", "2025-01-05", 1000, "charge")
    return on_server(DeltaCopy(ledger, tmp_path / "delta"), tmp_path, sail.url)


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of the sessions that were opened."""
    opened = list[str]()

    def connected(url: str) -> Any:
        opened.append(url)
        return connect(url)

    connect = session._connected
    monkeypatch.setattr(session, "_connected", connected)
    return opened


@pytest.fixture
def server() -> Iterator[SailProcess]:
    """A server that works for one test alone."""
    with running_sail() as started:
        yield started


def on_server(copy: DeltaCopy, folder: Path, url: str, *, reads_files: bool = False) -> Reports:
    made = Reports(copy, folder)
    made.writer = SparkEngine(copy, ServerAddress(url), reads_files=reads_files)
    return made


def test_many_reports_use_one_session(made: Reports, connections: list[str], sail: SailProcess) -> None:
    files = {made.csv(report_type, *JANUARY) for _ in range(REPORTS // 2) for report_type in (ITEMIZED, SUMMARY)}

    assert len(files) == 2
    assert connections == [sail.url]


def test_a_server_that_was_started_again_is_met_by_a_new_session(
    ledger: SmallLedger, tmp_path: Path, server: SailProcess, connections: list[str]
) -> None:
    ledger.transaction("txn_1", "2025-01-05", 1000, "charge")
    made = on_server(DeltaCopy(ledger, tmp_path / "delta"), tmp_path, server.url)
    before = made.csv(ITEMIZED, *JANUARY)
    server.kill()
    with pytest.raises(ReportFailed, match="cannot be reached") as failed:
        made.csv(ITEMIZED, *JANUARY)
    server.start()

    after = made.csv(ITEMIZED, *JANUARY)

    assert after == before
    assert (failed.value.reason, failed.value.try_again) == ("engine_unreachable", True)
    assert connections == [server.url] * 2


def time_limit(made: Reports) -> None:
    with pytest.raises(ReportTimedOut):
        made.writer.write_csv(
            made.order(ITEMIZED, *JANUARY), made.target, time_limit_seconds=1, progress=lambda part: None
        )


def worker_stop(made: Reports) -> None:
    """The main thread interrupts the engine, while another makes the report."""
    failures = list[ReportFailed]()

    def make() -> None:
        with pytest.raises(ReportFailed) as failed:
            made.csv(ITEMIZED, *JANUARY)
        failures.append(failed.value)

    assert isinstance(made.writer, SparkEngine)
    making = threading.Thread(target=make)
    making.start()
    until(lambda: made.writer.is_busy, "no report is made")  # type: ignore[attr-defined]
    made.writer.interrupt()
    making.join(WITHIN_SECONDS + 5)
    assert not making.is_alive()
    assert [(failure.reason, failure.try_again) for failure in failures] == [("worker_stopped", True)]


def ctrl_c(made: Reports) -> None:
    """The main thread takes a signal while it waits for the report."""

    def interrupt() -> None:
        until(lambda: made.writer.is_busy, "no report is made")  # type: ignore[attr-defined]
        _thread.interrupt_main()

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        made.csv(ITEMIZED, *JANUARY)


@pytest.mark.parametrize("server", ["sail", "spark"])
@pytest.mark.parametrize("broken_off", [time_limit, worker_stop, ctrl_c])
def test_a_report_that_is_broken_off_frees_the_server_within_two_seconds(
    broken_off: Callable[[Reports], None],
    server: str,
    ledger: SmallLedger,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running: SailProcess | SparkProcess = request.getfixturevalue(server)
    must_be_idle(running)
    ledger.transaction("txn_1", "2025-01-05", 1000, "charge")
    made = on_server(DeltaCopy(ledger, tmp_path / "delta"), tmp_path, running.url, reads_files=server == "spark")
    made.csv(ITEMIZED, *JANUARY)
    monkeypatch.setattr("interfaces.engine.spark.engine.spark_sql", lambda sql: ENDLESS)

    began = time.monotonic()
    broken_off(made)

    assert time.monotonic() - began < 1 + WITHIN_SECONDS + 5  # the machine may be busy
    made.writer.close()  # type: ignore[attr-defined]
    until(lambda: not is_computing(running.process.pid), "the server goes on")  # the query would for hours
    assert not made.target.exists()


def test_a_job_that_spark_starts_after_the_interrupt_is_ended(spark: SparkProcess) -> None:
    """Spark prepares a stage on a thread of its own, and an interrupt in this time misses the job of the stage."""
    must_be_idle(spark)
    sessions = [ServerSession(ServerAddress(spark.url)) for _ in range(BROKEN_OFF)]
    for opened in sessions:  # which takes a job
        opened.open()
    for number, opened in enumerate(sessions):
        frame = opened.sql(ENDLESS)
        running = threading.Thread(target=_fails, args=(opened, frame))
        running.start()
        running.join(0.4 * number / BROKEN_OFF)
        while running.is_alive():
            opened.interrupt(wait=True)
        opened.close()

    assert all(opened.wait_until_ended(30) for opened in sessions)

    until(lambda: not is_computing(spark.process.pid), "a job goes on")


def _fails(session: ServerSession, frame: DataFrame) -> None:
    with pytest.raises(Exception, match="OPERATION_CANCELED"):
        list(session.tables(frame))


def must_be_idle(server: SailProcess | SparkProcess) -> None:
    """A server is shared by tests: one that leaves it busy is not to fail others."""
    until(lambda: not is_computing(server.process.pid), "an earlier test has left the server busy")


def test_the_time_limit_holds_while_a_session_is_opened(
    ledger: SmallLedger, tmp_path: Path, server: SailProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that is busy with others answers no query, the first one of a session neither."""
    ledger.transaction("txn_1", "2025-01-05", 1000, "charge")
    made = on_server(DeltaCopy(ledger, tmp_path / "delta"), tmp_path, server.url)
    monkeypatch.setattr("interfaces.engine.spark.session._engine_of", lambda session: session.sql(ENDLESS).collect())

    time_limit(made)

    until(lambda: not is_computing(server.process.pid), "the server goes on")


def test_an_interrupt_leaves_the_queries_of_other_workers_alone(sail: SailProcess) -> None:
    must_be_idle(sail)
    interrupted, other = (ServerSession(ServerAddress(sail.url)) for _ in range(2))
    for opened in (interrupted, other):
        opened.open()

    def count() -> None:
        with suppress(Exception):  # Sail does not say why a query has ended
            list(other.tables(other.sql(ENDLESS)))

    counting = threading.Thread(target=count)
    counting.start()
    until(lambda: is_computing(sail.process.pid), "nothing is computed")

    interrupted.interrupt(wait=True)

    assert counting.is_alive() and is_computing(sail.process.pid)
    while counting.is_alive():  # which its own session ends
        other.interrupt(wait=True)
    assert [len(table) for table in other.tables(other.sql("select cast(1 as string)"))] == [1]
    interrupted.close()
    other.close()
