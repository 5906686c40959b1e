"""Composes the query of a report: only the columns that are asked for, only the joins that these need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from sqlglot import exp

from domain.errors import ReportFailed
from domain.ledger.tables import ACCOUNT, TABLES
from interfaces.engine.definitions.columns import columns_by_name, replace_columns
from interfaces.engine.definitions.dialect import sql_query, sql_tree, statement_of
from interfaces.engine.definitions.row_view import RowView, row_view
from interfaces.engine.definitions.selection import Selection, key_parameter
from interfaces.engine.definitions.statement import Statement

Query = TypeVar("Query", bound=exp.Query)

REPORT_ROWS = "report_rows"
"""The name by which a summary reads the rows of its report."""

_OF_EVERY_TABLE = ("account", "accounts", "currency")
"""Filters on columns that opening balances have, too."""


@lru_cache(maxsize=256)
def compose(selection: Selection) -> Statement:
    """The whole query. Raises `ReportFailed` for a column that the definition does not have."""
    view, summary = view_of(selection), selection.definition.summary
    if summary is None:
        return statement_of(rows_of(view, printed_columns(view.columns, selection), selection))
    query = sql_tree(summary).copy()
    query.set("expressions", printed_columns(columns_by_name(query), selection))
    for select in list(query.find_all(exp.Select)):
        if source_of(select).name == REPORT_ROWS:
            inline(select, view, selection)
    return statement_of(with_opening(filtered(query, view, selection), selection))


def view_of(selection: Selection) -> RowView:
    """The rows of the report; they are read from `rows_with_opening`, where there are opening balances."""
    view, name = row_view(selection.definition.rows), selection.rows_with_opening
    return view if name is None else replace(view, source=exp.to_table(name, alias=view.row))


def rows_of(view: RowView, columns: Sequence[exp.Expr], selection: Selection) -> exp.Select:
    """The rows of a view in their order."""
    select = exp.select(*columns, copy=False).from_(REPORT_ROWS, copy=False)
    select.order_by(*(term.copy() for term in view.order), copy=False)
    inline(select, view, selection)
    return with_opening(filtered(select, view, selection), selection)


def printed_columns(columns: Mapping[str, exp.Expr], selection: Selection) -> list[exp.Expr]:
    """The selection's columns, found by name."""
    return [_printed(columns, name, position) for position, name in enumerate(selection.columns)]


def _printed(columns: Mapping[str, exp.Expr], name: str, position: int) -> exp.Expr:
    if name not in columns:
        raise ReportFailed(f"The column {name} cannot be computed here.", "not_runnable")
    expression = columns[name].copy()
    for placeholder in expression.find_all(exp.Placeholder):
        if placeholder.name == "key":
            placeholder.set("this", key_parameter(position))
    return exp.alias_(expression, name, quoted=True, copy=False)


def inline(select: exp.Select, view: RowView, selection: Selection) -> None:
    """Change a select from the rows of the report to one from the ledger's tables."""
    for column in select.expressions:
        if isinstance(column, exp.Column):
            column.replace(exp.alias_(column, column.name))
    select.where(*(condition.copy() for condition in view.conditions), copy=False)
    view.resolve(select)
    select.set("from_", exp.From(this=view.source.copy()))
    select.set("joins", list(joins_of(view, selection, select).values()))


def joins_of(view: RowView, selection: Selection, *trees: exp.Expr) -> dict[str, exp.Join]:
    """Copies of the joins that the trees need, by alias.

    An order for one account binds its id to the joins too, so that they read no rows of other accounts.
    """

    def bound(column: exp.Column) -> exp.Expr:
        is_account = column.table == view.row and column.name == ACCOUNT
        return exp.Placeholder(this="account") if is_account and selection.of_one_account else column

    joins = {alias: join.copy() for alias, join in view.joins_for(*trees).items()}
    for join in joins.values():
        join.set("on", replace_columns(join.args["on"], bound))
    return joins


def filtered(query: Query, view: RowView, selection: Selection) -> Query:
    """Put the order's filters on each select that reads rows of the ledger under the view's alias."""
    for select in list(query.find_all(exp.Select)):
        source = source_of(select)
        if source.alias == view.row and (source.name in TABLES or source.name == view.source.name):
            select.where(*(_on_row(view, name) for name in selection.filters), copy=False)
    return query


def with_opening(query: exp.Select, selection: Selection) -> exp.Select:
    """Put the query of `rows_with_opening` first among the parts of a query that reads from it."""
    name = selection.rows_with_opening
    if name is None:
        return query
    rows = sql_query(name).copy()
    scope = replace(selection, filters=tuple(name for name in selection.filters if name in _OF_EVERY_TABLE))
    parts = {part.alias for part in rows.find_all(exp.CTE)}
    for select in list(rows.find_all(exp.Select)):
        source = source_of(select).name
        if source not in TABLES and source not in parts:
            inline(select, row_view(source), scope)
    filtered(rows, row_view(selection.definition.rows), scope)
    query.with_(name, as_=rows, copy=False)
    order = query.args["with_"].expressions
    order.insert(0, order.pop())
    return query


def _on_row(view: RowView, name: str) -> exp.Expr:
    condition = columns_by_name(sql_tree("filters"))[name].copy()
    return replace_columns(condition, lambda column: exp.column(column.name, table=view.row))


def source_of(select: exp.Select) -> exp.Expr:
    """What a select reads first; without `from`, nothing that has a name."""
    found = select.args.get("from_")
    return found.this if found else exp.Table()
