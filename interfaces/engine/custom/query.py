"""The query of a custom report: the SQL of its file, over rows of the caller's account alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from application.ports.engine import ReportOrder
from domain.report_types import ReportType
from domain.runs.run_parameters import UTC_ZONE
from interfaces.engine.definitions.report_query import ReportQuery, instant
from interfaces.engine.definitions.statement import Statement

INSTANTS = ("interval_start", "interval_end")
_DEFAULTS = {"timezone": UTC_ZONE, "decimal_separator": "."}


@dataclass(frozen=True, slots=True)
class CustomReport:
    """One custom report type.

    sql          one `select`, with named parameters such as `$interval_start`
    tables       the ledger's tables that it reads
    parameters   names of the parameters in its SQL
    is_ordered   whether its rows come in order, in which only equal ones tie; else they are sorted by all their columns
    inexact      columns whose values may be equal and yet be printed differently, as -0.0 and 0.0
    engines      the engines that its header names: others than DuckDB must pass a trial first
    """

    report_type: ReportType
    sql: str
    tables: tuple[str, ...]
    parameters: frozenset[str]
    is_ordered: bool
    inexact: frozenset[str] = frozenset()
    engines: tuple[str, ...] = ("duckdb",)

    def over(self, columns: Sequence[str]) -> Statement:
        """The whole query. The names of the ledger's tables stand for the caller's rows of these tables only."""
        tables = [f"{table} as (select * from temp.{table} where account = $account)" for table in self.tables]
        report = f"report as (\n{self.sql}\n)"
        selected = ", ".join(map(self._selected, columns))
        order = "" if self.is_ordered else f"\norder by {', '.join(self._order(columns))}"
        sql = f"with {', '.join([*tables, report])}\nselect {selected}\nfrom report{order}"
        return Statement(sql, self.parameters | {"account"} if tables else self.parameters, self.tables)

    def _selected(self, column: str) -> str:
        if self.is_ordered and column in self.inexact:
            return f'"{column}" + cast(0 as float) as "{column}"'  # -0.0 becomes 0.0
        return f'"{column}"'

    def _order(self, columns: Sequence[str]) -> list[str]:
        """All columns, then those that may be printed differently as they are printed."""
        printed = [f'cast("{column}" as varchar)' for column in columns if column in self.inexact]
        return [*(f'"{column}"' for column in columns), *printed]


def custom_query(report: CustomReport, order: ReportOrder) -> ReportQuery:
    """What an order of a custom report asks of the ledger."""
    parameters = order.parameters
    return ReportQuery(
        statement=report.over(parameters.columns),
        values={"account": order.scope.account, **values_of(report.report_type, parameters.as_sent)},
        columns=parameters.columns,
        created={},
    )


def values_of(report_type: ReportType, given: Mapping[str, Any]) -> dict[str, Any]:
    """What is bound to each parameter of a type: null for one that was not given and has no default."""
    values: dict[str, Any] = {name: given.get(name, _DEFAULTS.get(name)) for name in names_of(report_type)}
    return {name: instant(value) if name in INSTANTS and value is not None else value for name, value in values.items()}


def names_of(report_type: ReportType) -> tuple[str, ...]:
    """The parameters that its SQL may name."""
    return (*report_type.required, *(name for name in report_type.optional if name != "columns"))
