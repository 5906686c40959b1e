"""Refuses windows whose result depends on the order of rows that their own order does not tell apart."""

from __future__ import annotations

from interfaces.engine.custom.allowed import allowed
from interfaces.engine.custom.determinism.parsed import Node, arguments_of, is_same_in_all_rows, ordered_by
from interfaces.engine.custom.determinism.scope import Scope
from interfaces.engine.custom.determinism.selects import Select
from interfaces.engine.custom.header import BrokenReport


def must_be_total_window(node: Node, scope: Scope, select: Select | None) -> None:
    """Raises `BrokenReport`, which names the function.

    A frame by `range` or `groups`, the default, holds all rows of a tie or none; so do ranks. They need no total order.
    """
    name = str(node["function_name"]).lower()
    partitions = node.get("partitions", [])
    order = ordered_by(node.get("orders", []))
    own_order = ordered_by(node.get("arg_orders", []))
    needed = [order] if _is_by_rows(node) else []
    if name in allowed().ordered and not _is_of_equal_arguments(node, own_order, scope):
        needed.append(own_order or order)
    if not all(select is not None and select.is_total([*partitions, *one]) for one in needed):
        raise BrokenReport(
            f"the order of its window {name}() may have ties; end it with the key of the rows, such as `id`"
        )


def _is_by_rows(node: Node) -> bool:
    return any(str(node.get(end, "")).endswith("_ROWS") for end in ("start", "end"))


def _is_of_equal_arguments(node: Node, order: list[Node], scope: Scope) -> bool:
    """Whether an aggregate gets the same arguments in the same order, however ties are put."""
    arguments = scope.texts(one for one in arguments_of(node) if not is_same_in_all_rows(one))
    is_aggregate = node["type"] == "WINDOW_AGGREGATE" and not node.get("distinct")
    return is_aggregate and bool(order) and arguments <= scope.texts(order)
