"""The statement of a custom report as Spark SQL that yields the finished lines of the file, in their order."""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from domain.errors import ReportFailed
from interfaces.engine.definitions.dialect import DIALECT
from interfaces.engine.spark.dialect import lines_of
from interfaces.engine.spark.macros import expand_macros
from interfaces.engine.spark.opt_in.printed_forms import ordered_by, with_known_forms

REPORT = "report"
"""The part of the statement that is the SQL of the report's file."""


@lru_cache(maxsize=256)
def custom_spark_sql(sql: str) -> str:
    """sql: a custom report's query as DuckDB is given it. Raises `ReportFailed` for one that has no such form."""
    try:
        tree = expand_macros(with_known_forms(sqlglot.parse_one(sql, dialect=DIALECT)))
        for table in tree.find_all(exp.Table):
            table.set("db", None)  # DuckDB's `temp`, where the ledger's tables are
        if isinstance(tree, exp.Select) and tree.args.get("order") is None:
            tree.set("order", _order_of_report(tree))
        return lines_of(tree)
    except (SqlglotError, TypeError, ValueError) as unknown:
        raise _no_form("its SQL cannot be translated") from unknown


def _order_of_report(tree: exp.Select) -> exp.Order:
    """The order of the report itself, which a query around it is not bound to keep."""
    report = next(part.this for part in tree.ctes if part.alias == REPORT)
    order = report.args.get("order")
    if order is None:
        raise _no_form("the order of its rows is not known")
    return exp.Order(expressions=[_term(term, report) for term in order.expressions])


def _term(term: exp.Expr, report: exp.Query) -> exp.Expr:
    """A term of the order over the columns of the report. It may repeat the expression of a column: `b.id`."""
    columns, value = report.named_selects, term.this if isinstance(term, exp.Ordered) else term
    expressions = [column.unalias() for column in report.selects]
    if isinstance(value, exp.Literal) and value.is_int:
        name = columns[int(value.name) - 1]
    elif isinstance(value, exp.Column) and value.name in columns and not value.table:
        name = value.name
    elif value in expressions:
        name = columns[expressions.index(value)]
    else:
        raise _no_form(f"it is ordered by {value.sql(dialect=DIALECT)}, which is no column of the report")
    return ordered_by(name, term)


def _no_form(why: str) -> ReportFailed:
    return ReportFailed(f"The report has no form for the server: {why}.", "not_runnable")
