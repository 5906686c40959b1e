"""SQL as trees: parsed and planned by the database itself, and written again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from interfaces.engine.custom.header import BrokenReport
from interfaces.engine.custom.query import INSTANTS
from interfaces.engine.custom.rules import Node, nodes_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_VALUES = "select cast('1970-01-01 00:00:00+00' as timestamp with time zone), cast('' as varchar)"
"""A value for each kind of parameter: an instant, a text."""

_MESSAGE_LETTERS = 300


class SqlTrees:
    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection

    def query_of(self, sql: str) -> Node:
        """The one query that a text is. Raises `BrokenReport`."""
        parsed = self._parsed(sql)
        if parsed["error"]:
            what = parsed["error_message"]
            raise BrokenReport("it is no select" if "Only SELECT" in what else f"its SQL cannot be read: {what}")
        if len(parsed["statements"]) != 1:
            raise BrokenReport("it must be one statement")
        found: Node = parsed["statements"][0]["node"]
        return found

    def text_of(self, query: Node) -> str:
        tree = {"error": False, "statements": [{"node": query, "named_param_map": []}]}
        return str(self._value("select json_deserialize_sql(?)", json.dumps(tree)))

    def plan_of(self, sql: str) -> Node:
        """The plan of a query before it is optimized, in which each expression has its type."""
        options = "skip_null := true, skip_empty := true, optimize := false"
        plan: Node = self._json(f"select json_serialize_plan(?, {options})", self._without_parameters(sql))
        if plan["error"]:
            raise BrokenReport(f"its SQL cannot be checked: {plan['error_message'][:_MESSAGE_LETTERS]}")
        return plan

    def columns_of(self, sql: str) -> int:
        """How many columns a query has."""
        return len(self._connection.execute(f"describe {self._without_parameters(sql)}").fetchall())

    def _without_parameters(self, sql: str) -> str:
        """The query with a value of its type in place of each parameter."""
        query = self.query_of(sql)
        instant, text = self.query_of(_VALUES)["select_list"]
        for node in nodes_of(query):
            if node.get("type") == "VALUE_PARAMETER":
                value = instant if node["identifier"] in INSTANTS else text
                node.update({**value, "alias": node["alias"]})
        return self.text_of(query)

    def _parsed(self, sql: str) -> Node:
        parsed: Node = self._json("select json_serialize_sql(?)", sql)
        return parsed

    def _json(self, sql: str, value: str) -> Any:
        return json.loads(self._value(sql, value))

    def _value(self, sql: str, value: str) -> Any:
        ((answer,),) = self._connection.execute(sql, [value]).fetchall()
        return answer
