"""Computes reports on a server that speaks Spark Connect: built-in ones, and custom ones that opt in."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from application.ports.engine import ReportOrder, WrittenReport
from application.ports.ledger import LedgerPlaces
from domain.errors import ReportFailed
from domain.ledger.ledger import PinnedLedger
from domain.report_types import ReportType
from interfaces.engine.custom.query import custom_query
from interfaces.engine.definitions import report_definition
from interfaces.engine.definitions.csv_header import header_line
from interfaces.engine.definitions.report_query import ReportQuery, report_query
from interfaces.engine.duckdb.engine import removed_on_failure
from interfaces.engine.duckdb.query_watch import QueryWatch, Task
from interfaces.engine.spark.arrow_lines import append_lines
from interfaces.engine.spark.dialect import bound_values, spark_sql
from interfaces.engine.spark.failures import server_failure, worker_stopped
from interfaces.engine.spark.opt_in.custom_sql import custom_spark_sql
from interfaces.engine.spark.opt_in.opt_ins import OptIns
from interfaces.engine.spark.result_parts import PartsPlace
from interfaces.engine.spark.server_address import ServerAddress
from interfaces.engine.spark.session import ServerSession
from interfaces.engine.spark.tables import ServerTables

log = logging.getLogger("reportrun.worker")

PARTS_FROM_ROWS = 500_000
"""An itemized report of a table of as many rows is written in parts: a stream ends at about a gigabyte."""

INTERRUPT_SECONDS = 2.0
"""How long the end of this process waits for the server to end what it computes."""

LEAVE_SECONDS = 5.5
"""How long it waits in all, the end of the session included. A supervisor ends a worker after 7 s."""

_ZONE_TRIAL = (
    "select cast(from_utc_timestamp(timestamp '2025-03-09 07:00:00', 'America/New_York') as string) as local_time"
)
_ZONE_TRIED = "2025-03-09 03:00:00"


class SparkEngine:
    """Runs one report at a time, in a session that stays from one to the next.

    reads_files  whether the server reads Parquet files, and not versions of Delta tables
    parts        where the server writes large results; None: all results are streamed
    total_rows   whether summaries by category end with a `total` line for each currency
    opt_ins      the custom report types that may be made here
    """

    def __init__(
        self,
        ledger: LedgerPlaces,
        address: ServerAddress,
        *,
        reads_files: bool = False,
        parts: PartsPlace | None = None,
        total_rows: bool = True,
        parts_from_rows: int = PARTS_FROM_ROWS,
        opt_ins: OptIns | None = None,
        tables: type[ServerTables] = ServerTables,
    ) -> None:
        self._ledger = ledger
        self._session = ServerSession(address)
        self._tables = tables(self._session, ledger, reads_files=reads_files)
        self._parts = parts
        self._parts_from_rows = parts_from_rows
        self._total_rows = total_rows
        self._opt_ins = opt_ins or OptIns({}, lambda report: "")
        self._one_report = threading.Lock()
        self._was_interrupted = False

    @property
    def is_busy(self) -> bool:
        """Whether a report is being made."""
        return self._one_report.locked()

    @property
    def name(self) -> str:
        return self._session.engine

    def can_run(self, report_type: ReportType) -> bool:
        """A custom type is tried on generated rows first, once."""
        return report_definition.can_run(report_type) or self._opt_ins.may_run(report_type.id)

    def write_csv(
        self, order: ReportOrder, target: Path, *, time_limit_seconds: float, progress: Callable[[float], None]
    ) -> WrittenReport:
        """Write the report to `target`, or give it in pieces; nothing is left in either place when it fails."""
        watch = QueryWatch(time_limit_seconds, progress)
        with self._one_report, removed_on_failure(target):
            try:
                custom = self._opt_ins.of(order.report_type.id)
                query = custom_query(custom, order) if custom else report_query(order, total_rows=self._total_rows)
                return watch.answer_of(Task(self._session, lambda: self._written(query, order, target)), (0.0, 1.0))
            except (ReportFailed, KeyboardInterrupt):
                self._leave_session()
                raise
            except Exception as error:  # the client raises errors of its own, of gRPC and of Arrow
                self._leave_session()
                raise (worker_stopped() if self._was_interrupted else server_failure(error)) from error

    def _written(self, query: ReportQuery, order: ReportOrder, target: Path) -> WrittenReport:
        self._tables.show(order.ledger, query.statement.tables)
        translated = custom_spark_sql if query.is_custom else spark_sql
        lines = self._session.sql(translated(query.statement.sql), bound_values(query.bound(query.statement)))
        header = header_line(query.columns).encode()
        if self._parts is not None and self._session.writes_in_order and self._is_large(query, order):
            pieces = self._parts.written(lines, header)
            return WrittenReport(0, self.name, pieces)
        with target.open("wb") as file:
            file.write(header)
            rows = sum(append_lines(table.column(0), file) for table in self._session.tables(lines))
        return WrittenReport(rows, self.name)

    def _is_large(self, query: ReportQuery, order: ReportOrder) -> bool:
        counts = (self._ledger.rows(order.ledger, table) or 0 for table in query.statement.tables)
        return (query.can_be_staged or query.is_custom) and max(counts, default=0) >= self._parts_from_rows

    def try_out(self, ledger: PinnedLedger, table: str) -> None:
        """Connect, print a time in a zone, and count a table as the ledger has it. Raises `ReportFailed`."""
        with self._one_report:
            try:
                self._session.open()
                self._must_know_zones()
                self._tables.show(ledger, [table])
            except ReportFailed:
                raise
            except Exception as error:
                raise server_failure(error) from error
            finally:
                self._leave_session()

    def _must_know_zones(self) -> None:
        rows = self._session.sql(_ZONE_TRIAL).collect()
        if str(rows[0][0]) != _ZONE_TRIED:
            raise ReportFailed(f"The engine prints {rows[0][0]} for a time in New York that is {_ZONE_TRIED}.", "zones")

    def sweep(self) -> None:
        """Remove the parts of attempts that have died. A place that is away is swept with the next large report."""
        if self._parts is not None:
            try:
                self._parts.sweep()
            except Exception as trouble:  # each kind of store has errors of its own
                log.warning("The parts of dead attempts could not be removed. %s", type(trouble).__name__)

    def _leave_session(self) -> None:
        """Whatever failed, the next report begins with a new session: the server may have been started again."""
        self._session.close()
        self._tables.forget()

    def interrupt(self) -> None:
        """End what the server computes, before this process ends: it would go on for a minute."""
        self._was_interrupted = True
        began = time.monotonic()
        while self.is_busy and time.monotonic() < began + INTERRUPT_SECONDS:
            self._session.interrupt(wait=True)  # one that comes before the query has begun does nothing
            time.sleep(0.05)
        self._session.wait_until_ended(began + LEAVE_SECONDS - time.monotonic())

    def close(self) -> None:
        """Leave the session, and wait for its end for some seconds."""
        self._leave_session()
        self._session.wait_until_ended(LEAVE_SECONDS)
