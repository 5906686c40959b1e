"""Computes reports with DuckDB: built-in types in this process, each custom report in a process of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import MappingProxyType

from application.ports.engine import ReportOrder, WrittenReport
from application.ports.ledger import LedgerReader
from domain.ledger.ledger import PinnedLedger
from domain.report_types import ReportType
from interfaces.engine.custom.isolated_report import IsolatedReport, write_isolated
from interfaces.engine.custom.query import CustomReport, custom_query
from interfaces.engine.definitions import report_definition
from interfaces.engine.definitions.report_query import ReportQuery, report_query
from interfaces.engine.duckdb.chunk_sizes import bytes_of, chunk_rows, is_large, worker_threads
from interfaces.engine.duckdb.chunked_report import ChunkedReport
from interfaces.engine.duckdb.csv_copy import write_at_once
from interfaces.engine.duckdb.failures import ledger_unreadable, report_failure
from interfaces.engine.duckdb.memory_shares import LONG_REPORT_MIB, PROCESS_MIB, database_share
from interfaces.engine.duckdb.query_watch import QueryWatch
from interfaces.engine.duckdb.warm_database import WarmDatabase
from interfaces.host.scratch_folder import ScratchFolder

CUSTOM_FILE_MIB = 10_240

_SMALL_ROWS = 50_000
"""A table of as many rows takes some 20 MiB of a worker's memory. All of its files are read, whatever the interval, so
that the next report finds them in memory."""

_QUICK_BYTES = 4 * 1024 * 1024
"""Reports of a ledger of fewer bytes end before their progress would be asked for."""


class DuckDbEngine:
    """Runs one report at a time, on a database that stays warm from one to the next.

    memory_limit_mib  what the process may hold in memory while it makes a report; beyond it, it spills
    spill_folder      where to; each engine makes its own folder in it
    total_rows        whether summaries by category end with a `total` line for each currency
    custom_file_mib   the largest file of a custom report
    custom_reports    the installation's report types, in addition to the catalogue's
    """

    def __init__(
        self,
        ledger: LedgerReader,
        *,
        memory_limit_mib: int,
        threads: int,
        spill_folder: Path,
        total_rows: bool = True,
        custom_file_mib: int = CUSTOM_FILE_MIB,
        custom_reports: Mapping[str, CustomReport] = MappingProxyType({}),
    ) -> None:
        self._ledger = ledger
        self._custom_reports = custom_reports
        self._custom_file_mib = custom_file_mib
        self._memory_limit_mib = memory_limit_mib
        self._database_mib = database_share(memory_limit_mib)
        self._threads = threads
        self._total_rows = total_rows
        self._spill = ScratchFolder(spill_folder, "engine-")
        self._database = WarmDatabase(
            memory_limit_mib=self._database_mib, threads=threads, spill_folder=self._spill.path
        )
        self._one_report = threading.Lock()

    @property
    def name(self) -> str:
        import duckdb  # heavy, and only workers need it

        return f"duckdb {duckdb.__version__}"

    def can_run(self, report_type: ReportType) -> bool:
        return report_type.id in self._custom_reports or report_definition.can_run(report_type)

    def write_csv(
        self, order: ReportOrder, target: Path, *, time_limit_seconds: float, progress: Callable[[float], None]
    ) -> WrittenReport:
        """Write the report to `target`; nothing is left there when it fails.

        progress  called on the caller's thread, about five times a second and only when it changes
        """
        return WrittenReport(self._rows_written(order, target, QueryWatch(time_limit_seconds, progress)), self.name)

    def _rows_written(self, order: ReportOrder, target: Path, watch: QueryWatch) -> int:
        import duckdb  # heavy, and only workers need it

        custom = self._custom_reports.get(order.report_type.id)
        query = custom_query(custom, order) if custom else report_query(order, total_rows=self._total_rows)
        with self._one_report, removed_on_failure(target):
            small = frozenset() if query.is_custom else self._small_tables(query, order.ledger)
            files = self._files(query, order.ledger, small)
            if query.is_custom:
                return self._written_in_isolation(query, files, target, watch)
            try:
                return self._written(query, files, small, target, watch)
            except (duckdb.Error, OSError, UnicodeError) as error:
                self._database.close()  # some errors leave a database unusable
                raise report_failure(error, self._memory_limit_mib) from error

    def _written(
        self,
        query: ReportQuery,
        files: Mapping[str, list[str]],
        small: frozenset[str],
        target: Path,
        watch: QueryWatch,
    ) -> int:
        import duckdb  # heavy, and only workers need it

        if not query.can_be_staged:
            return self._written_at_once(query, files, small, target, watch)
        if not is_large(files, self._database_mib):
            with suppress(duckdb.OutOfMemoryException):  # then it is larger than it looked
                return self._written_at_once(query, files, small, target, watch)
        return self._written_in_chunks(query, files, target, watch)

    def _written_at_once(
        self,
        query: ReportQuery,
        files: Mapping[str, list[str]],
        small: frozenset[str],
        target: Path,
        watch: QueryWatch,
    ) -> int:
        is_quick = bytes_of(files) < _QUICK_BYTES
        connection = self._database.showing(files, writing_to=target.parent, small=small, reports_progress=not is_quick)
        return write_at_once(connection, query, target, watch)

    def _written_in_isolation(
        self, query: ReportQuery, files: Mapping[str, list[str]], target: Path, watch: QueryWatch
    ) -> int:
        self._database.close()  # its memory is for the other process
        limit, database_mib = self._memory_limit_mib, self._database_mib
        return write_isolated(
            IsolatedReport(
                query, files, target, limit, database_mib, self._custom_file_mib, self._threads, self._spill.path
            ),
            watch,
        )

    def _written_in_chunks(
        self, query: ReportQuery, files: Mapping[str, list[str]], target: Path, watch: QueryWatch
    ) -> int:
        """Chunks are made concurrently, each on one thread, in a database that has all of the memory."""
        self._database.close()
        database_mib = database_share(self._memory_limit_mib, PROCESS_MIB + LONG_REPORT_MIB)
        database = WarmDatabase(
            memory_limit_mib=database_mib, threads=1, spill_folder=self._spill.path, tables_on_disk=True
        )
        with closing(database):
            connection = database.showing(files, writing_to=target.parent)
            workers = worker_threads(self._threads, database_mib)
            rows = chunk_rows(len(query.columns), workers, database_mib)
            return ChunkedReport(connection, query, files, workers=workers, chunk_rows=rows).write(target, watch)

    def _small_tables(self, query: ReportQuery, ledger: PinnedLedger) -> frozenset[str]:
        counts = {table: self._ledger.rows(ledger, table) for table in query.statement.tables}
        return frozenset(table for table, rows in counts.items() if rows is not None and rows <= _SMALL_ROWS)

    def _files(self, query: ReportQuery, ledger: PinnedLedger, small: frozenset[str]) -> dict[str, list[str]]:
        """The files of each table that a query reads: all those of small tables, of others those of its interval."""
        intervals = {table: query.created.get(table) for table in query.statement.tables if table not in small}
        try:
            return {table: self._ledger.files(ledger, table, intervals.get(table)) for table in query.statement.tables}
        except Exception as error:  # every kind of ledger store fails in its own way
            raise ledger_unreadable(try_again=True) from error

    def close(self) -> None:
        """Release memory and disk."""
        self._database.close()
        self._spill.remove()


@contextmanager
def removed_on_failure(target: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        target.unlink(missing_ok=True)
        raise
