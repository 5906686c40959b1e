"""The query of one order: its SQL, the values that are bound to it, and what it reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from application.ports.engine import ReportOrder
from domain.errors import ReportFailed
from domain.instants import DAY_SECONDS
from interfaces.engine.definitions.composition import Composition
from interfaces.engine.definitions.definitions import Months, definition_of
from interfaces.engine.definitions.sql_text import parameters_in, tables_in
from interfaces.engine.definitions.stages import StagedText

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """What one order asks of the ledger.

    sql      the whole query
    values   parameter name -> value; every value is bound, none is pasted
    tables   the ledger's tables that it reads
    columns  headers of the file, one for each column of the query
    created  table -> rows of it that were created outside of `[first, last]`, Unix seconds, do not matter
    """

    sql: str
    values: dict[str, Any]
    tables: list[str]
    columns: tuple[str, ...]
    created: dict[str, tuple[int, int]]
    _composition: Composition | None = None

    def bound(self, sql: str) -> dict[str, Any]:
        """The values that a part of the query names."""
        return {name: self.values[name] for name in parameters_in(sql) & self.values.keys()}

    @property
    def is_custom(self) -> bool:
        """Whether it is of a report of the installation's own: nothing is known of how long it takes."""
        return self._composition is None

    @property
    def can_be_staged(self) -> bool:
        return self._composition is not None and self._composition.itemized

    def staged(self) -> StagedText:
        assert self._composition is not None, "a query that is one piece has no stages"
        return self._composition.staged()


def report_query(order: ReportOrder, *, total_rows: bool = True) -> ReportQuery:
    """The query of an order. Raises `ReportFailed` when its type or one of its columns has no definition here."""
    definition = definition_of(order.report_type)
    if definition is None:
        raise ReportFailed(f"The report type {order.report_type.id} cannot be computed here.", "not_runnable")
    composition = Composition(definition, order.parameters.columns, _filters(order))
    sql = composition.flat()
    return ReportQuery(
        sql=sql,
        values=_values(order, total_rows) | composition.metadata_keys,
        tables=tables_in(sql),
        columns=order.parameters.columns,
        created=_created(order, definition.months),
        _composition=composition,
    )


def _filters(order: ReportOrder) -> list[str]:
    parameters = order.parameters
    given = {
        "currency": parameters.currency,
        "reporting_category": parameters.reporting_category,
        "customer": parameters.customer,
        "invoice": parameters.invoice,
        "invoice_line_item": parameters.invoice_line_item,
    }
    whose = "account" if len(order.accounts) == 1 else "accounts"
    return [whose, *(name for name, value in given.items() if value is not None)]


def _values(order: ReportOrder, total_rows: bool) -> dict[str, Any]:
    parameters = order.parameters
    values: dict[str, Any] = {
        "account": order.accounts[0] if order.accounts else None,
        "accounts": list(order.accounts),
        "caller": order.scope.account,
        "currency": parameters.currency,
        "customer": parameters.customer,
        "decimal_separator": parameters.decimal_separator,
        "invoice": parameters.invoice,
        "invoice_line_item": parameters.invoice_line_item,
        "payout": parameters.payout,
        "reporting_category": parameters.reporting_category,
        "timezone": parameters.timezone,
        "total_rows": total_rows,
    }
    if parameters.interval_start is not None:
        values["interval_start"] = instant(parameters.interval_start)
    if parameters.interval_end is not None:
        values["interval_end"] = instant(parameters.interval_end)
        values["last_second"] = instant(parameters.interval_end - 1)
        values["day_before_end"] = instant(parameters.interval_end - DAY_SECONDS)
        values["week_before_end"] = instant(parameters.interval_end - 7 * DAY_SECONDS)
        values["fortnight_before_end"] = instant(parameters.interval_end - 14 * DAY_SECONDS)
    return values


def _created(order: ReportOrder, months: Months) -> dict[str, tuple[int, int]]:
    start, end = order.parameters.interval_start, order.parameters.interval_end
    if months is Months.ALL or end is None:
        return {}
    first = 0 if months is Months.BEFORE_END or start is None else start
    return {order.report_type.table: (first, end - 1)}


def instant(seconds: int) -> datetime:
    """Unix seconds as what is bound to a parameter."""
    return _EPOCH + timedelta(seconds=seconds)
