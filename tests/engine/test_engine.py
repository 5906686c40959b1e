"""The engine: limits, failures, and what is kept from one report to the next."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from domain.errors import ReportFailed, ReportTimedOut
from domain.ledger.ledger import PinnedLedger
from interfaces.engine.duckdb.engine import DuckDbEngine
from interfaces.engine.duckdb.failures import report_failure
from interfaces.host.scratch_folder import LOCK
from tests.support.row_ledger import Reports, SmallLedger, at, order

ITEMIZED = "balance_change_from_activity.itemized.3"
JANUARY = ("2025-01-01", "2025-02-01")


class FilesOf:
    """A ledger of given files."""

    def __init__(self, **files: list[str]) -> None:
        self._files = files

    def files(self, ledger: PinnedLedger, table: str, created: tuple[int, int] | None = None) -> list[str]:
        return self._files.get(table, [])

    def rows(self, ledger: PinnedLedger, table: str) -> int | None:
        return None


def engine_over(ledger: object, folder: Path) -> DuckDbEngine:
    return DuckDbEngine(ledger, memory_limit_mib=256, threads=2, spill_folder=folder / "spill")  # type: ignore[arg-type]


def write(engine: DuckDbEngine, target: Path, *, limit: float = 60, progress: Callable[[float], None] = print) -> int:
    return engine.write_csv(
        order(ITEMIZED, interval_start=at("2025-01-01"), interval_end=at("2025-02-01")),
        target,
        time_limit_seconds=limit,
        progress=progress,
    ).rows


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> FilesOf:
    """A ledger whose one report takes minutes: the same file, very often."""
    path = tmp_path_factory.mktemp("endless") / "part.parquet"
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(
            "copy (select 'acct_platform' as account, 'txn_' || hash(n) as id, n as amount, n as fee, n as net, "
            "'usd' as currency, timestamptz '2025-01-05' as created, timestamptz '2025-01-05' as available_on, "
            "'charge' as reporting_category, repeat('x', 40) || n as description from range(200000) t(n)) "
            f"to '{path}' (format parquet)"
        )
    return FilesOf(balance_transactions=[str(path)] * 2000)


def test_the_engine_names_itself_and_its_version(reports: Reports) -> None:
    assert reports.engine.name == f"duckdb {duckdb.__version__}"


def test_a_report_past_its_time_limit_is_stopped_and_leaves_no_file(endless: FilesOf, tmp_path: Path) -> None:
    engine, target = engine_over(endless, tmp_path), tmp_path / "report.csv"
    began = time.process_time()

    with pytest.raises(ReportTimedOut, match=r"longer than its time limit of 0\.7 seconds"):
        write(engine, target, limit=0.7)

    assert time.process_time() - began < 2.5  # CPU time, which other work on the machine does not lengthen
    assert not target.exists()
    engine.close()


def test_progress_is_reported(endless: FilesOf, tmp_path: Path) -> None:
    engine, reported = engine_over(endless, tmp_path), list[float]()

    with pytest.raises(ReportTimedOut):
        write(engine, tmp_path / "report.csv", limit=1.5, progress=reported.append)

    assert 1 <= len(reported) <= 8
    assert reported == sorted(set(reported))
    assert 0 < reported[-1] < 1
    engine.close()


def test_progress_of_a_long_report_is_reported_also_after_a_quick_one(
    ledger: SmallLedger, reports: Reports, endless: FilesOf
) -> None:
    ledger.transaction("txn_1", "2025-01-02", 100, "charge")
    reports.csv(ITEMIZED, *JANUARY)
    reported: list[float] = []
    reports.engine._ledger = endless

    with pytest.raises(ReportTimedOut):
        write(reports.engine, reports.target, limit=1.5, progress=reported.append)

    assert reported


def test_an_error_in_the_progress_callback_stops_the_report_and_is_raised(endless: FilesOf, tmp_path: Path) -> None:
    engine, target = engine_over(endless, tmp_path), tmp_path / "report.csv"

    def lost(part: float) -> None:
        raise LookupError("the lease is lost")

    with pytest.raises(LookupError, match="the lease is lost"):
        write(engine, target, progress=lost)

    assert not target.exists()
    engine.close()


def test_an_engine_works_on_after_a_failure(
    ledger: SmallLedger, reports: Reports, endless: FilesOf, tmp_path: Path
) -> None:
    ledger.transaction("txn_1", "2025-01-02", 100, "charge")
    engine = engine_over(endless, tmp_path)
    with pytest.raises(ReportTimedOut):
        write(engine, tmp_path / "report.csv", limit=0.2)
    engine._ledger = ledger

    rows = write(engine, tmp_path / "report.csv")

    assert rows == 1
    engine.close()


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"not parquet at all")])
def test_a_missing_or_damaged_data_file_is_reported_without_its_path(
    ledger: SmallLedger, reports: Reports, damage: Callable[[Path], object]
) -> None:
    ledger.transaction("txn_1", "2025-01-02", 100, "charge")
    damage(Path(ledger.files(PinnedLedger(True, 1, {}), "balance_transactions")[0]))

    with pytest.raises(ReportFailed) as failure:
        reports.csv(ITEMIZED, *JANUARY)

    assert str(failure.value) == "The ledger's data could not be read."
    assert failure.value.__cause__ is not None
    assert not reports.target.exists()


def test_a_folder_that_cannot_be_written_to_is_a_failure_to_try_again(ledger: SmallLedger, reports: Reports) -> None:
    ledger.transaction("txn_1", "2025-01-02", 100, "charge")
    reports.target = reports.target.parent / "gone" / "report.csv"

    with pytest.raises(ReportFailed, match="could not be written") as failure:
        reports.csv(ITEMIZED, *JANUARY)

    assert failure.value.try_again
    assert failure.value.reason == "storage"


@pytest.mark.parametrize(
    ("error", "sentence", "reason", "try_again"),
    [
        (
            duckdb.OutOfMemoryException("Out of Memory Error: failed to pin block (256.0 MiB/256.0 MiB used)"),
            "The report needs more memory than its limit of 256 MiB. Ask for a shorter interval or fewer columns.",
            "memory_limit",
            False,
        ),
        (
            duckdb.OutOfMemoryException("failed to offload data block: max_temp_directory_size reached"),
            "The report could not be written, because the disk is full or cannot be used now.",
            "storage",
            True,
        ),
        (
            duckdb.IOException("Could not write file '/data/x': No space left on device"),
            "The report could not be written, because the disk is full or cannot be used now.",
            "storage",
            True,
        ),
        (
            duckdb.BinderException('column "secret" not found in select * from charges'),
            "The report could not be computed because of an internal error.",
            "engine_error",
            False,
        ),
    ],
)
def test_an_error_becomes_a_sentence_for_users(error: Exception, sentence: str, reason: str, try_again: bool) -> None:
    failure = report_failure(error, memory_limit_mib=256)

    assert (str(failure), failure.reason, failure.try_again) == (sentence, reason, try_again)


def test_a_report_reads_the_ledger_version_that_it_is_given(
    ledger: SmallLedger, reports: Reports, tmp_path: Path
) -> None:
    later = SmallLedger(tmp_path / "later")
    ledger.transaction("txn_1", "2025-01-02", 100, "charge")
    later.transaction("txn_1", "2025-01-02", 999, "charge")

    before = reports.lines(ITEMIZED, *JANUARY, columns=["net"])
    reports.engine._ledger = later
    after = reports.lines(ITEMIZED, *JANUARY, columns=["net"])

    assert (before, after) == (['"1.00"'], ['"9.99"'])


def test_the_same_report_twice_is_the_same_file(ledger: SmallLedger, reports: Reports) -> None:
    for number in range(3000):
        ledger.transaction(f"txn_{number:x}", f"2025-01-{1 + number % 28:02}", number, "charge")

    first = reports.csv(ITEMIZED, *JANUARY)
    second = reports.csv(ITEMIZED, *JANUARY)

    assert first == second
    assert reports.rows == 3000


def test_an_engine_clears_away_what_a_dead_one_left_and_nothing_of_a_living_one(
    ledger: SmallLedger, tmp_path: Path
) -> None:
    spill = tmp_path / "spill"
    dead = spill / "engine-dead"
    dead.mkdir(parents=True)
    (dead / LOCK).touch()
    (dead / "duckdb_temp_storage-0.tmp").write_bytes(b"left behind")
    living = engine_over(ledger, tmp_path)
    kept = set(spill.iterdir()) - {dead}

    second = engine_over(ledger, tmp_path)

    assert not dead.exists()
    assert kept <= set(spill.iterdir())
    living.close()
    second.close()
    assert list(spill.iterdir()) == []


def test_the_database_can_access_nothing_but_the_ledger_and_the_target(
    ledger: SmallLedger, reports: Reports, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ledger.transaction("txn_1", "2025-01-02", 100, "charge")
    reports.csv(ITEMIZED, *JANUARY)
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.csv"
    secret.write_text("a\n1\n")
    files = {"balance_transactions": ledger.files(PinnedLedger(True, 1, {}), "balance_transactions")}
    connection = reports.engine._database.showing(files, writing_to=reports.target.parent)

    for statement in (
        f"from read_csv('{secret}')",
        f"copy (select 1) to '{secret}'",
        "install httpfs",
        "set enable_external_access = true",
        "set allowed_configs = ['enable_external_access']",
        "attach 'other.db'",
    ):
        with pytest.raises(duckdb.Error):
            connection.execute(statement)


def test_a_path_may_hold_any_character(tmp_path: Path) -> None:
    ledger = SmallLedger(tmp_path / "it's [a] ledger*?")
    ledger.transaction("txn_1", "2025-01-02", 100, "charge")
    folder = tmp_path / "o'clock"
    folder.mkdir()
    reports = Reports(ledger, folder)

    assert reports.lines(ITEMIZED, *JANUARY, columns=["net"]) == ['"1.00"']
    reports.engine.close()
