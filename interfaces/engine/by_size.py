"""Chooses the engine for each report by the size of what it reads."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from application.ports.engine import ReportEngine, ReportOrder, WrittenReport
from application.ports.ledger import LedgerPlaces
from domain.errors import ReportFailed, ReportTimedOut, StoreUnavailable
from domain.report_types import ReportType
from interfaces.engine.custom.query import CustomReport, custom_query
from interfaces.engine.definitions.report_query import report_query

log = logging.getLogger("reportrun.worker.fallback")


class EngineBySize:
    """An engine for what fits one machine, and another for what does not.

    from_bytes  the size of the ledger files that a report reads, from which `large` makes it
    falls_back  whether `small` makes what `large` could not; the log and the events say so
    custom_reports  those that opt in to `large`; all others stay, since their SQL may give something else there
    """

    def __init__(
        self,
        *,
        small: ReportEngine,
        large: ReportEngine,
        ledger: LedgerPlaces,
        from_bytes: int,
        falls_back: bool,
        custom_reports: Mapping[str, CustomReport] = MappingProxyType({}),
    ) -> None:
        self._small = small
        self._large = large
        self._ledger = ledger
        self._from_bytes = from_bytes
        self._falls_back = falls_back
        self._custom_reports = custom_reports

    @property
    def name(self) -> str:
        """Both: which of them makes a report is known, and recorded, once it is made."""
        return f"{self._small.name} or {self._large.name}"

    def can_run(self, report_type: ReportType) -> bool:
        return self._small.can_run(report_type)

    def write_csv(
        self, order: ReportOrder, target: Path, *, time_limit_seconds: float, progress: Callable[[float], None]
    ) -> WrittenReport:
        began = time.monotonic()
        if not self._is_large(order):
            return self._small.write_csv(order, target, time_limit_seconds=time_limit_seconds, progress=progress)
        try:
            return self._large.write_csv(order, target, time_limit_seconds=time_limit_seconds, progress=progress)
        except ReportTimedOut:
            raise
        except ReportFailed as failure:
            if not self._falls_back:
                raise
            log.warning(
                "%s could not make the report. %s It is made by %s.", self._large.name, failure, self._small.name
            )
        left = max(1.0, time_limit_seconds - (time.monotonic() - began))
        return self._small.write_csv(order, target, time_limit_seconds=left, progress=progress)

    def _is_large(self, order: ReportOrder) -> bool:
        if order.report_type.is_custom and order.report_type.id not in self._custom_reports:
            return False
        is_large = self._from_bytes == 0 or self._bytes_read(order) >= self._from_bytes
        return is_large and self._large.can_run(order.report_type)  # asked last: a custom type may be tried for it

    def _bytes_read(self, order: ReportOrder) -> int:
        custom = self._custom_reports.get(order.report_type.id)
        query = custom_query(custom, order) if custom else report_query(order)
        try:
            return sum(
                self._ledger.stored_bytes(order.ledger, table, query.created.get(table))
                for table in query.statement.tables
            )
        except StoreUnavailable:  # the engine that is chosen says so, as for every report
            return 0
