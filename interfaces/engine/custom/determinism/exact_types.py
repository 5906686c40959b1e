"""Refuses to aggregate or group values that may be equal and yet differ, or whose sums depend on the order of rows.

The check reads the plan of a query, in which the database has given each expression its type.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from interfaces.engine.custom.determinism.parsed import Node
from interfaces.engine.custom.header import BrokenReport

_INEXACT = frozenset({"FLOAT", "DOUBLE", "INTERVAL"})
"""-0.0 equals 0.0, and 30 days equal a month; floating-point sums depend on the order of rows."""

_ONLY_COUNTING = frozenset({"count", "count_star", "count_if", "countif", "mad", "regr_count"})
"""Aggregates that give the same for values that are equal, in any order."""

_GROUPING = frozenset({"LOGICAL_AGGREGATE_AND_GROUP_BY", "LOGICAL_DISTINCT"})

_BY_RANK = frozenset({"median", "quantile", "quantile_cont", "quantile_disc"})
"""Aggregates that select values: these are the same each time when equal ones cannot differ."""

_ADVICE = "cast to a whole number or a decimal: `cast(x as decimal(18, 2))`"


def must_be_exact(plan: Node) -> None:
    """Raises `BrokenReport`, which names the aggregate."""
    for node in _objects_of(plan):
        if node.get("expression_class") == "BOUND_AGGREGATE" or node.get("type") == "WINDOW_AGGREGATE":
            _must_aggregate_exactly(node)
        elif any(map(_is_inexact, _compared(node))):
            raise BrokenReport(f"it groups or compares floating-point numbers, intervals or collated texts; {_ADVICE}")


def _compared(node: Node) -> list[Node]:
    """The expressions that a part of a plan takes one value of, of several that are equal."""
    kind = str(node.get("type"))  # that of a value is an object
    if kind in ("LOGICAL_EXCEPT", "LOGICAL_INTERSECT"):
        return [one for child in node["children"] for one in child.get("expressions", ())]
    return [*node.get("groups", ()), *node.get("distinct_targets", ())] if kind in _GROUPING else []


def inexact_columns(plan: Node, is_ordered: bool) -> frozenset[str]:
    """The columns of the result whose values may be equal and yet be printed differently.

    Raises `BrokenReport` for one that an order of its own cannot put in a certain place.
    """
    columns = [one for one in _result_of(plan)["expressions"] if _is_inexact(one)]
    for column in columns if is_ordered else ():
        if column["return_type"]["id"] not in ("FLOAT", "DOUBLE"):
            raise BrokenReport(
                f"its column {column['alias']!r} may be equal in rows that are printed differently; cast it to varchar"
            )
    return frozenset(str(column["alias"]) for column in columns)


def _result_of(plan: Node) -> Node:
    node: Node = plan["plans"][0]
    while node["type"] != "LOGICAL_PROJECTION":
        node = node["children"][-1]
    return node


def _must_aggregate_exactly(node: Node) -> None:
    path = (node.get("qname") or node.get("aggregate", {}).get("qname") or {}).get("path", ["aggregate"])
    name = str(path[-1])
    arguments = node.get("children", ())
    if name in _BY_RANK:
        arguments = map(_before_cast, arguments)
    if name not in _ONLY_COUNTING and any(map(_is_inexact, arguments)):
        raise BrokenReport(
            f"its {name}() is over floating-point numbers, intervals or collated texts, which is not the same each "
            f"time; {_ADVICE}"
        )


def _before_cast(expression: Node) -> Node:
    """What is cast, of a cast: the database gives some aggregates whole numbers as floating-point ones."""
    is_cast = expression.get("type") == "OPERATOR_CAST"
    return _before_cast(expression["children"][0]) if is_cast else expression


def _is_inexact(expression: Node) -> bool:
    return any(
        node.get("id") in _INEXACT or node.get("collation") for node in _objects_of(expression.get("return_type", {}))
    )


def _objects_of(part: Any) -> Iterator[Node]:
    parts = [part]
    while parts:
        found = parts.pop()
        if isinstance(found, dict):
            yield found
            parts.extend(found.values())
        elif isinstance(found, list):
            parts.extend(found)
