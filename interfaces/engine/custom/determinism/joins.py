"""The tables after `from`: their columns, and what tells their joined rows apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.ledger.tables import ACCOUNT, TABLES
from interfaces.engine.custom.determinism.parsed import Node
from interfaces.engine.custom.determinism.scope import Column, Rows, Scope
from interfaces.engine.custom.header import BrokenReport

Parts = Mapping[str, Rows]
"""The named parts of a query (`with`), by name."""

_COUNTING = frozenset({"range", "generate_series"})
"""Table functions with one column, no two of whose rows are equal."""

_KEEPING_LEFT = frozenset({"INNER", "LEFT"})
_LEFT_ONLY = frozenset({"SEMI", "ANTI"})


class Sources:
    """Gives the scope of what stands after `from`.

    parts    the named parts that may be read there
    rows_of  gives what is known of the rows of a query
    """

    def __init__(self, parts: Parts, rows_of: Callable[[Node, Parts], Rows]) -> None:
        self._parts = parts
        self._rows_of = rows_of

    def scope(self, source: Node) -> Scope:
        if source["type"] == "JOIN":
            return self._joined(source)
        if source["type"] == "EMPTY":
            return Scope({}, frozenset(), is_unique=True)
        rows, alias = self._rows(source).renamed(source.get("column_name_alias", [])), self._alias(source)
        key = None if rows.key is None else frozenset((alias, name) for name in rows.key)
        return Scope({alias: rows}, key, rows.is_unique)

    def _alias(self, source: Node) -> str:
        return str(source.get("alias") or source.get("table_name") or "").lower()

    def _rows(self, source: Node) -> Rows:
        kind = source["type"]
        if kind == "BASE_TABLE":
            name = str(source["table_name"]).lower()
            return self._parts[name] if name in self._parts else rows_of_table(name)
        if kind == "SUBQUERY":
            return self._rows_of(source["subquery"]["node"], self._parts)
        if kind == "TABLE_FUNCTION":
            name = str(source["function"]["function_name"]).lower()
            is_plain = source.get("with_ordinality", "WITHOUT_ORDINALITY") == "WITHOUT_ORDINALITY"
            return Rows.keyed((name,), (name,)) if name in _COUNTING and is_plain else Rows()
        return Rows()

    def _joined(self, join: Node) -> Scope:
        left, right = self.scope(join["left"]), self.scope(join["right"])
        if join["join_type"] in _LEFT_ONLY:
            return left
        finds_one = right.key is not None and right.is_unique and right.key <= _compared(join, right, left)
        if join["ref_type"] == "ASOF" and not finds_one:
            raise BrokenReport(
                "it joins `asof` a table that may have several rows of the same time; join a subquery that is grouped "
                "by the columns of the condition"
            )
        shared = left.shared | right.shared
        if join["join_type"] in _KEEPING_LEFT and join["ref_type"] != "NATURAL":
            shared |= {name.lower() for name in join.get("using_columns", ())}
        tables = {**left.tables, **right.tables}
        if finds_one and join["join_type"] in _KEEPING_LEFT:
            return Scope(tables, left.key, left.is_unique, shared)
        is_sure = join["join_type"] != "OUTER" and not left.tables.keys() & right.tables.keys()
        key = left.key | right.key if is_sure and left.key is not None and right.key is not None else None
        return Scope(tables, key, left.is_unique and right.is_unique, shared)


def rows_of_table(name: str) -> Rows:
    table = TABLES.get(name)
    return Rows.keyed((ACCOUNT, *table.columns), table.key) if table else Rows()


def _compared(join: Node, right: Scope, left: Scope) -> frozenset[Column]:
    """The columns of the right table that the join's condition fixes for each row of the left one."""
    using = [name.lower() for name in join.get("using_columns", ())]
    found = {(alias, name) for alias in right.tables for name in using if len(right.tables) == 1}
    for comparison in _conjuncts(join.get("condition") or {}):
        if comparison["type"] == "COMPARE_EQUAL" or join["ref_type"] == "ASOF":
            for one, other in (("left", "right"), ("right", "left")):
                column = right.column(comparison[one])
                if column and not left.has_column(comparison[one]) and left.has_column(comparison[other]):
                    found.add(column)
    return frozenset(found)


def _conjuncts(condition: Node) -> list[Node]:
    if condition.get("type") == "CONJUNCTION_AND":
        return [one for child in condition["children"] for one in _conjuncts(child)]
    return [condition] if condition.get("class") == "COMPARISON" else []
