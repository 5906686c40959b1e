"""A report's statement as Spark SQL that yields the finished lines of the file, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import sqlglot
from sqlglot import exp

from interfaces.engine.definitions.dialect import DIALECT
from interfaces.engine.definitions.selection import is_key_parameter, key_of_pointer
from interfaces.engine.spark.lines import line_of
from interfaces.engine.spark.macros import expand_macros

LINE = "csv_line"
"""The one column of the result: a line of the file without its end."""


@lru_cache(maxsize=256)
def spark_sql(sql: str) -> str:
    """sql: a report's query as DuckDB is given it, with every column as text"""
    return lines_of(expand_macros(sqlglot.parse_one(sql, dialect=DIALECT)))


def lines_of(tree: exp.Expr) -> str:
    """The query whose one column are the lines of the file. Changes the tree."""
    select = _outermost(tree)
    cells = [column.unalias() for column in select.expressions]
    select.set("expressions", [exp.alias_(line_of(cells), LINE)])
    return tree.sql(dialect="spark", normalize_functions=False, comments=False)


def bound_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of parameters as Spark takes them: a key of metadata is itself, and no JSON pointer."""
    return {name: key_of_pointer(value) if is_key_parameter(name) else value for name, value in values.items()}


def _outermost(tree: exp.Expr) -> exp.Select:
    """The select that the query ends with; its order is that of the file."""
    if not isinstance(tree, exp.Select):
        raise TypeError("the query of a report must end with one select")
    return tree
