"""Composes the query of a report: only the columns that are asked for, only the joins that these need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlglot import exp

from domain.errors import ReportFailed
from domain.ledger.tables import ACCOUNT, TABLES
from interfaces.engine.definitions.columns import columns_by_name, replace_columns
from interfaces.engine.definitions.dialect import sql_tree, statement_of
from interfaces.engine.definitions.row_view import RowView, row_view
from interfaces.engine.definitions.selection import Selection, key_parameter
from interfaces.engine.definitions.statement import Statement

REPORT_ROWS = "report_rows"
"""The name by which a summary reads the rows of its report."""


@lru_cache(maxsize=256)
def compose(selection: Selection) -> Statement:
    """The whole query. Raises `ReportFailed` for a column that the definition does not have."""
    view, summary = row_view(selection.definition.rows), selection.definition.summary
    if summary is None:
        return statement_of(rows_of(view, printed_columns(view.columns, selection), selection))
    query = sql_tree(summary).copy()
    query.set("expressions", printed_columns(columns_by_name(query), selection))
    for select in list(query.find_all(exp.Select)):
        if source_of(select).name == REPORT_ROWS:
            inline(select, view, selection)
    return statement_of(filtered(query, view, selection))


def rows_of(view: RowView, columns: Sequence[exp.Expr], selection: Selection) -> exp.Select:
    """The rows of a view in their order."""
    select = exp.select(*columns, copy=False).from_(REPORT_ROWS, copy=False)
    select.order_by(*(term.copy() for term in view.order), copy=False)
    inline(select, view, selection)
    return filtered(select, view, selection)


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


def filtered(query: exp.Select, view: RowView, selection: Selection) -> exp.Select:
    """Put the order's filters on each select that reads rows of the ledger under the view's alias."""
    for select in list(query.find_all(exp.Select)):
        source = source_of(select)
        if source.alias == view.row and source.name in TABLES:
            select.where(*(_on_row(view, name) for name in selection.filters), copy=False)
    return query


def _on_row(view: RowView, name: str) -> exp.Expr:
    condition = columns_by_name(sql_tree("filters"))[name].copy()
    return replace_columns(condition, lambda column: exp.column(column.name, table=view.row))


def source_of(select: exp.Select) -> exp.Expr:
    """What a select reads first; without `from`, nothing that has a name."""
    found = select.args.get("from_")
    return found.this if found else exp.Table()
