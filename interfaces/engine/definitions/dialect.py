"""SQL text -> tree -> statement, in the dialect that reports are written in and generated for."""

from __future__ import annotations

from functools import cache

import sqlglot
from sqlglot import exp

from domain.ledger.tables import TABLES
from interfaces.engine.definitions.sql_files import sql_text
from interfaces.engine.definitions.statement import Statement

DIALECT = "duckdb"


@cache
def sql_tree(name: str) -> exp.Select:
    """The `select` of one file, parsed once in a process. Copy it before you change it."""
    tree = sql_query(name)
    if not isinstance(tree, exp.Select):
        raise TypeError(f"{name}.sql must hold one select")
    return tree


@cache
def sql_query(name: str) -> exp.Query:
    """The `select` of one file, or the union of several, parsed once in a process. Copy it before you change it."""
    tree = sqlglot.parse_one(sql_text(name), dialect=DIALECT)
    if not isinstance(tree, exp.Query):
        raise TypeError(f"{name}.sql must hold one query")
    _keep_is_not_null(tree)
    return tree


def statement_of(tree: exp.Expr) -> Statement:
    """The statement that a tree amounts to. Functions keep the spelling that they are defined with."""
    read = {table.name for table in tree.find_all(exp.Table)}
    return Statement(
        sql=tree.sql(dialect=DIALECT, copy=False, pretty=True, comments=False, normalize_functions=False),
        parameters=frozenset(placeholder.name for placeholder in tree.find_all(exp.Placeholder)),
        tables=tuple(name for name in TABLES if name in read),
    )


def _keep_is_not_null(tree: exp.Expr) -> None:
    """DuckDB compares `x is not null` with the statistics of Parquet files, but not `not x is null`."""
    for negation in list(tree.find_all(exp.Not)):
        test = negation.this
        if isinstance(test, exp.Is):
            negation.replace(exp.Is(this=test.this, expression=test.expression, negate=True))
