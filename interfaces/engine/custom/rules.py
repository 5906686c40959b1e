"""Checks a parsed query against the allowlist; refuses everything that the list does not name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from interfaces.engine.custom.allowed import Allowed, allowed
from interfaces.engine.custom.header import BrokenReport

Node = dict[str, Any]
"""An object of a parsed query, as the database serialises it."""

_KEYWORDS = re.compile(r"(current|session|system)_.*|localtime|localtimestamp|user")
"""Words that stand for the clock or the session, without a call."""

_UNSURE = "which may be something else when it is asked again"


def nodes_of(query: Node) -> Iterator[Node]:
    """Every object of a query, however deep."""
    parts: list[Any] = [query]
    while parts:
        part = parts.pop()
        if isinstance(part, dict):
            yield part
            parts.extend(part.values())
        elif isinstance(part, list):
            parts.extend(part)


def must_keep_to_itself(nodes: Sequence[Node], macros: Collection[str]) -> None:
    """Raises `BrokenReport`, which names what is not allowed.

    macros  functions of Reportrun that a report may call in addition to those of the list
    """
    may = allowed()
    sources = [node["function"] for node in nodes if node.get("type") == "TABLE_FUNCTION"]
    of_a_source = {id(function) for function in sources}
    for node in nodes:
        _must_be_known(node, may)
        _must_not_name_the_clock(node)
        name = str(node.get("function_name", "")).lower()
        if id(node) in of_a_source and name not in may.table_functions:
            raise BrokenReport(f"it reads from {name}(), which is not of the ledger")
        if name and id(node) not in of_a_source and name not in macros:
            _must_be_callable(name, node, may)


def _must_be_known(node: Node, may: Allowed) -> None:
    kind = node.get("class", node.get("type"))
    if kind == "SHOW_REF" or node.get("sample"):
        raise BrokenReport("it describes or samples a table, which no report may")
    if isinstance(kind, str) and kind not in (may.expressions if "class" in node else may.sources):
        raise BrokenReport(f"it is more than a select: it has a {kind}")
    if node.get("key_targets"):
        raise BrokenReport("it has a recursive part `using key`, which no report may")
    if node.get("at_clause"):
        raise BrokenReport("it reads a table as of another time, which no report may")
    if node.get("ref_type", "REGULAR") not in may.joins:
        raise BrokenReport(f"it joins rows in a way ({node['ref_type'].lower()}) that no report may")
    type_name = str(node.get("type_name", "")).lower()
    if kind == "TYPE" and (type_name not in may.types or len(node["qualified_name"]["path"]) > 1):
        raise BrokenReport(f"it casts to {node['type_name']}, which is not a type that a report may use")


def _must_not_name_the_clock(node: Node) -> None:
    """Neither as a column nor before a dot: `current_date`, `current_date.year()`."""
    names = node.get("column_names", ()) if node.get("class") == "COLUMN_REF" else _before_the_dot(node)
    for name in names[:1]:
        if _KEYWORDS.fullmatch(name.lower()):
            raise BrokenReport(f"it names {name}, {_UNSURE}")


def _before_the_dot(node: Node) -> list[str]:
    path: list[str] = node["qualified_name"]["path"] if node.get("function_name") else []
    return path[:-1]


def _must_be_callable(name: str, node: Node, may: Allowed) -> None:
    if name not in may.functions:
        raise BrokenReport(f"it calls {name}(), which is not a function that a report may use")
    if name in may.ordered and not _has_an_order(node):
        raise BrokenReport(f"it calls {name}() without an `order by` for it, {_UNSURE}")
    given = len(node["arguments"]) + len(_before_the_dot(node)[-1:])
    if given != may.forms.get(name, given):
        raise BrokenReport(f"it calls {name}() without {may.forms[name]} arguments, {_UNSURE}")


def _has_an_order(node: Node) -> bool:
    return any((node.get("order_bys", {}).get("orders"), node.get("orders"), node.get("arg_orders")))
