"""Computes reports with DuckDB, in this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from application.ports import LedgerReader, ReportOrder
from domain.ledger import PinnedLedger
from domain.report_types import ReportType
from interfaces.engine import families
from interfaces.engine.failures import ledger_unreadable, report_failure
from interfaces.engine.quoting import csv_line, literal
from interfaces.engine.report_query import ReportQuery, report_query
from interfaces.engine.spill_folder import OwnFolder
from interfaces.engine.warm_database import WarmDatabase
from interfaces.engine.watched_query import WatchedQuery


class DuckDbEngine:
    """Runs one report at a time, on a database that stays warm from one to the next.

    memory_limit_mib  what a report may hold in memory; beyond it, it spills
    spill_folder      where to; each engine makes a folder of its own in it
    total_rows        whether summaries by category end with a `total` line for each currency
    """

    def __init__(
        self,
        ledger: LedgerReader,
        *,
        memory_limit_mib: int,
        threads: int,
        spill_folder: Path,
        total_rows: bool = True,
    ) -> None:
        self._ledger = ledger
        self._memory_limit_mib = memory_limit_mib
        self._total_rows = total_rows
        self._spill = OwnFolder(spill_folder)
        self._database = WarmDatabase(memory_limit_mib=memory_limit_mib, threads=threads, spill_folder=self._spill.path)
        self._one_report = threading.Lock()

    @property
    def name(self) -> str:
        import duckdb  # heavy, and only workers need it

        return f"duckdb {duckdb.__version__}"

    def can_run(self, report_type: ReportType) -> bool:
        return families.can_run(report_type)

    def write_csv(
        self, order: ReportOrder, target: Path, *, time_limit_seconds: float, progress: Callable[[float], None]
    ) -> int:
        """Write the report to `target`; nothing is left there when it fails.

        progress  called on the caller's own thread, about five times a second and only when it changes
        """
        import duckdb  # heavy, and only workers need it

        ends = time.monotonic() + time_limit_seconds
        query = report_query(order, total_rows=self._total_rows)
        with self._one_report, _removed_on_failure(target):
            files = self._files(query, order.ledger)
            try:
                connection = self._database.showing(files, writing_to=target.parent)
                copy = WatchedQuery(connection, copy_statement(query, target), query.values)
                rows = copy.rows(ends=ends, time_limit_seconds=time_limit_seconds, progress=progress)
                if rows == 0:
                    target.write_text(f"{csv_line(query.columns)}\n", encoding="utf-8")
            except (duckdb.Error, OSError, UnicodeError) as error:
                self._database.close()  # some errors leave a database unusable
                raise report_failure(error, self._memory_limit_mib) from error
        return rows

    def _files(self, query: ReportQuery, ledger: PinnedLedger) -> dict[str, list[str]]:
        windows = {"balance_transactions": query.created}
        try:
            return {table: self._ledger.files(ledger, table, windows.get(table)) for table in query.tables}
        except Exception as error:  # whatever keeps the ledger, a report without it ends in the same sentence
            raise ledger_unreadable(try_again=True) from error

    def close(self) -> None:
        """Let go of memory and disk."""
        self._database.close()
        self._spill.remove()


def copy_statement(query: ReportQuery, target: Path) -> str:
    """Write a query's rows as CSV: cells quoted, null empty and unquoted.

    The header goes in as a prefix: as column names, keys that differ only in case would be renamed. A prefix must have
    a suffix, which then ends the last line; a file without rows gets its header afterwards.
    """
    header = literal(f"{csv_line(query.columns)}\n")
    options = f"format csv, header false, force_quote *, prefix {header}, suffix '\n'"
    return f"copy (\n{query.sql}\n) to {literal(str(target.absolute()))} ({options})"


@contextmanager
def _removed_on_failure(target: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        target.unlink(missing_ok=True)
        raise
