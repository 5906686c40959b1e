"""Refuses what depends on an order of rows that may have ties: `limit`, windows, ordered aggregates, `distinct on`."""

from __future__ import annotations

from collections.abc import Collection

from interfaces.engine.custom.allowed import allowed
from interfaces.engine.custom.determinism.joins import Parts, Sources
from interfaces.engine.custom.determinism.parsed import (
    Node,
    arguments_of,
    contents_of,
    is_same_in_all_rows,
    is_star,
    modifiers_of,
    objects_of,
    ordered_by,
    queries_of,
)
from interfaces.engine.custom.determinism.scope import Rows, Scope
from interfaces.engine.custom.determinism.selects import Select
from interfaces.engine.custom.determinism.windows import must_be_total_window
from interfaces.engine.custom.header import BrokenReport

_ADVICE = "end it with the key of the rows, such as `id`"


class OrderCheck:
    """Goes through a query from its parts outwards.

    aggregates  names of the database's aggregate functions
    """

    def __init__(self, aggregates: Collection[str]) -> None:
        self._aggregates = aggregates

    def must_be_total(self, query: Node) -> None:
        """Raises `BrokenReport`, which says what to do."""
        self._rows(query, {})

    def _rows(self, query: Node, parts: Parts) -> Rows:
        """Check a query, and give what is known of its rows."""
        parts = self._with_parts(query, parts)
        if query["type"] == "SELECT_NODE":
            return self._rows_of_select(query, parts)
        return self._rows_of_set(query, parts)

    def _with_parts(self, query: Node, outer: Parts) -> Parts:
        parts = dict(outer)
        for entry in query.get("cte_map", {}).get("map", ()):
            value = entry["value"]
            inner = value["query_node"]
            parts[str(entry["key"]).lower()] = self._rows(inner, parts).renamed(value.get("aliases", []))
        return parts

    def _rows_of_set(self, query: Node, parts: Parts) -> Rows:
        """A union, an intersection, a difference or a recursive part."""
        if query["type"] == "RECURSIVE_CTE_NODE":
            parts = {**parts, str(query["cte_name"]).lower(): Rows()}
        found = [self._rows(inner, parts) for inner in queries_of(contents_of(query))]
        columns = found[0].columns if found else None
        is_distinct = not query.get("setop_all", True)
        for modifier in query.get("modifiers", ()):
            self._check_expressions(modifier, Scope(), None)
        order = self._order(query)
        names = {str(one["column_names"][-1]).lower() for one in order if one.get("class") == "COLUMN_REF"}
        is_total = any(map(is_star, order)) or (columns is not None and names >= set(columns))
        _must_be_limited_in_order(query, is_total)
        return Rows.keyed(columns, columns if is_distinct else None)

    def _rows_of_select(self, query: Node, parts: Parts) -> Rows:
        scope = Sources(parts, self._rows).scope(query["from_table"])
        select = Select(query, scope, self._aggregates)
        self._check_sources(query["from_table"], parts)
        expressions = contents_of(query)
        for inner in queries_of(expressions):
            self._rows(inner, parts)
        self._check_expressions(expressions, scope, select)
        order = self._order(query)
        for modifier in modifiers_of(query, "DISTINCT_MODIFIER"):
            targets = modifier.get("distinct_on_targets", [])
            if targets and not select.orders_all([*targets, *order]):
                raise BrokenReport(f"its `distinct on` depends on an order that may have ties; {_ADVICE}")
        _must_be_limited_in_order(query, select.orders_all(order))
        return select.rows()

    def _check_sources(self, source: Node, parts: Parts) -> None:
        """Conditions of joins and arguments of table functions; queries after `from` have been checked with it."""
        for node in objects_of(source):
            if node.get("type") in ("JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "PIVOT"):
                inside = {key: value for key, value in node.items() if key not in ("left", "right")}
                for inner in queries_of(inside):
                    self._rows(inner, parts)
                self._check_expressions(inside, Scope(), None)

    def _order(self, query: Node) -> list[Node]:
        return [one for modifier in modifiers_of(query, "ORDER_MODIFIER") for one in ordered_by(modifier["orders"])]

    def _check_expressions(self, part: Node, scope: Scope, select: Select | None) -> None:
        for node in objects_of(part):
            if node.get("class") == "WINDOW":
                must_be_total_window(node, scope, select)
            elif node.get("class") == "FUNCTION":
                _must_be_total_aggregate(node, scope)


def _must_be_total_aggregate(node: Node, scope: Scope) -> None:
    name = str(node["function_name"]).lower()
    order = ordered_by(node["order_bys"].get("orders", []))
    if name not in allowed().ordered or (scope.tells_apart(order) and not node.get("distinct")):
        return
    arguments = scope.texts(one for one in arguments_of(node) if not is_same_in_all_rows(one))
    texts = scope.texts(order)
    if not arguments <= texts or (node.get("distinct") and not texts <= arguments):
        raise BrokenReport(
            f"the `order by` of its {name}() may have ties; {_ADVICE}, or with what is aggregated: "
            "`string_agg(id, ',' order by created, id)`"
        )


def _must_be_limited_in_order(query: Node, is_total: bool) -> None:
    limits = [*modifiers_of(query, "LIMIT_MODIFIER"), *modifiers_of(query, "LIMIT_PERCENT_MODIFIER")]
    if limits and not modifiers_of(query, "ORDER_MODIFIER"):
        raise BrokenReport("it has a `limit` or an `offset` without an `order by`; give `order by all`")
    if limits and not is_total:
        raise BrokenReport(
            f"its `limit` or `offset` depends on an order that may have ties; {_ADVICE}, or give `order by all`"
        )
