"""Reads parts of a parsed query, as the database serialises it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]

QUERIES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})

_NO_MEANING = frozenset({"alias", "query_location", "query_location_length"})

_OF_ROWS = frozenset({"COLUMN_REF", "POSITIONAL_REFERENCE", "STAR", "SUBQUERY", "WINDOW"})


def is_query(part: Any) -> bool:
    return isinstance(part, dict) and part.get("type") in QUERIES


def objects_of(part: Any) -> Iterator[Node]:
    """Every object of a part, but for those of queries in it."""
    parts = [part]
    while parts:
        found = parts.pop()
        if isinstance(found, list):
            parts.extend(found)
        elif isinstance(found, dict) and not is_query(found):
            yield found
            parts.extend(found.values())


def contents_of(query: Node) -> Node:
    """What a query consists of, but for its named parts and what stands after `from`."""
    return {key: value for key, value in query.items() if key not in ("type", "cte_map", "from_table")}


def queries_of(part: Any) -> Iterator[Node]:
    """The outermost queries in a part."""
    for found in objects_of(part):
        for value in found.values():
            yield from (one for one in (value if isinstance(value, list) else [value]) if is_query(one))


def modifiers_of(query: Node, kind: str) -> list[Node]:
    return [modifier for modifier in query.get("modifiers", ()) if modifier["type"] == kind]


def ordered_by(orders: list[Node]) -> list[Node]:
    """The expressions of an `order by`."""
    return [order["expression"] for order in orders]


def arguments_of(function: Node) -> list[Node]:
    return [argument["expression"] for argument in function["arguments"]]


def is_constant(expression: Node) -> bool:
    return expression.get("class") in ("CONSTANT", "PARAMETER")


def is_same_in_all_rows(expression: Node) -> bool:
    return not any(node.get("class") in _OF_ROWS for node in objects_of(expression))


def is_column(expression: Node) -> bool:
    return expression.get("class") == "COLUMN_REF"


def is_star(expression: Node) -> bool:
    return expression.get("class") == "STAR"


def has_windows(part: Any) -> bool:
    return any(node.get("class") == "WINDOW" for node in objects_of(part))


def calls(part: Any, names: frozenset[str]) -> bool:
    return any(str(node.get("function_name", "")).lower() in names for node in objects_of(part))


def output_name(expression: Node) -> str | None:
    """The name of a column of a select list; None for one that the database names."""
    if expression.get("alias"):
        return str(expression["alias"]).lower()
    return str(expression["column_names"][-1]).lower() if is_column(expression) else None


def without_meaningless(part: Any) -> Any:
    """The part without places in the text and names of columns, to be compared with others."""
    if isinstance(part, dict):
        return {key: without_meaningless(value) for key, value in part.items() if key not in _NO_MEANING}
    return [without_meaningless(one) for one in part] if isinstance(part, list) else part
