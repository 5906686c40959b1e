"""The query of one order: its SQL, the values that are bound to it, and what it reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from application.ports.engine import ReportOrder
from domain.errors import ReportFailed
from domain.instants import DAY_SECONDS
from domain.ledger.tables import OPENING_BALANCES
from interfaces.engine.definitions.report_definition import Months, definition_of
from interfaces.engine.definitions.selection import Selection, columns_without_keys, metadata_keys
from interfaces.engine.definitions.statement import Statement

if TYPE_CHECKING:
    from interfaces.engine.definitions.staged_query import StagedQuery

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """What one order asks of the ledger.

    statement  the whole query
    values     parameter name -> value; every value is bound, none is part of the SQL
    columns    headers of the file, one for each column of the query
    created    table -> rows of it that were created outside of `[first, last]`, Unix seconds, do not matter
    selection  what the query was composed from; None for a custom report
    """

    statement: Statement
    values: dict[str, Any]
    columns: tuple[str, ...]
    created: dict[str, tuple[int, int]]
    selection: Selection | None = None

    def bound(self, statement: Statement) -> dict[str, Any]:
        """The values that a statement names."""
        return {name: self.values[name] for name in statement.parameters & self.values.keys()}

    @property
    def is_custom(self) -> bool:
        """Whether its SQL comes from the installation, so that nothing is known of its time and memory."""
        return self.selection is None

    @property
    def can_be_staged(self) -> bool:
        return self.selection is not None and self.selection.definition.is_itemized

    def staged(self) -> StagedQuery:
        from interfaces.engine.definitions.staged_query import compose_in_stages  # sqlglot is heavy

        assert self.selection is not None, "custom reports have no stages"
        return compose_in_stages(self.selection)


def report_query(order: ReportOrder, *, total_rows: bool = True) -> ReportQuery:
    """The query of an order. Raises `ReportFailed` when its type or one of its columns has no definition here."""
    from interfaces.engine.definitions.composition import compose  # sqlglot is heavy, and only workers need it

    definition = definition_of(order.report_type)
    if definition is None:
        raise ReportFailed(f"The report type {order.report_type.id} cannot be computed here.", "not_runnable")
    columns = order.parameters.columns
    opening = OPENING_BALANCES in order.ledger.tables
    selection = Selection(definition, columns_without_keys(columns), _filters(order), opening)
    return ReportQuery(
        statement=compose(selection),
        values={**_values(order, total_rows), **metadata_keys(columns)},
        columns=columns,
        created=_created(order, Months.ALL if selection.rows_with_opening else definition.months),
        selection=selection,
    )


def _filters(order: ReportOrder) -> tuple[str, ...]:
    parameters = order.parameters
    given = {
        "currency": parameters.currency,
        "reporting_category": parameters.reporting_category,
        "customer": parameters.customer,
        "invoice": parameters.invoice,
        "invoice_line_item": parameters.invoice_line_item,
    }
    accounts = "account" if len(order.accounts) == 1 else "accounts"
    return (accounts, *(name for name, value in given.items() if value is not None))


def _values(order: ReportOrder, total_rows: bool) -> dict[str, Any]:
    parameters = order.parameters
    values: dict[str, Any] = {
        "account": order.accounts[0] if order.accounts else None,
        "accounts": list(order.accounts),
        "caller": order.scope.account,
        "currency": parameters.currency,
        "customer": parameters.customer,
        "decimal_separator": parameters.decimal_separator,
        "fee_lines": order.report_type.version >= 2,
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
