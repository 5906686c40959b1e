"""Makes the order of a report's rows total: its own order, then all columns."""

from __future__ import annotations

import copy

from interfaces.engine.custom.determinism.parsed import Node, is_star, modifiers_of, ordered_by


def is_ordered(query: Node) -> bool:
    return bool(modifiers_of(query, "ORDER_MODIFIER"))


def with_all_columns(query: Node, columns: int) -> Node:
    """The query with the positions of all of its columns at the end of its `order by`."""
    query = copy.deepcopy(query)
    for modifier in modifiers_of(query, "ORDER_MODIFIER"):
        if not any(map(is_star, ordered_by(modifier["orders"]))):
            modifier["orders"] += [_by_position(place) for place in range(1, columns + 1)]
    return query


def _by_position(place: int) -> Node:
    position = {
        "class": "CONSTANT",
        "type": "VALUE_CONSTANT",
        "alias": "",
        "query_location": 0,
        "literal": {"kind": "INTEGER", "text": str(place)},
    }
    return {"type": "ASCENDING", "null_order": "ORDER_DEFAULT", "expression": position}
