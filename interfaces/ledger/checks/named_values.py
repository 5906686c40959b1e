"""Values of records that are computed once each, in subqueries one over the other, and then known by a name."""

from __future__ import annotations

import re
from dataclasses import replace

from interfaces.ledger.checks.conversions import Value, as_text

_NAME = re.compile(r'\w+|"[^"]+"')

_FOUND, _REFERENCES, _TRIMMED = range(3)


class NamedValues:
    """Names for the values that a query of records has.

    A macro repeats its argument wherever it uses it. Were the argument an expression, macros around macros would make
    a plan of thousands of nodes, which takes longer than reading a small file, and compute the same again.
    """

    def __init__(self, query: str) -> None:
        self._query = query
        self._layers: tuple[dict[str, str], ...] = ({}, {}, {})

    def value(self, found: Value, *, is_reference: bool = False) -> Value:
        """The same value by its name. is_reference: whether it is an id, so that an object stands for its id"""
        named = replace(found, expression=self._named(_FOUND, found.expression))
        if is_reference and (named.type == "VARCHAR" or named.is_nested):
            named = Value(self._named(_REFERENCES, f"reference_id({as_text(named)})"), "VARCHAR")
        return replace(named, trimmed=self._named(_TRIMMED, f"trimmed({as_text(named)})"))

    def query(self) -> str:
        """SQL of all columns of the query, and of the values that have been given names."""
        query = self._query
        for layer in filter(None, self._layers):
            columns = ", ".join(f"{expression} as {name}" for expression, name in layer.items())
            query = f"select *, {columns} from ({query})"
        return query

    def _named(self, layer: int, expression: str) -> str:
        if _NAME.fullmatch(expression):
            return expression
        return self._layers[layer].setdefault(expression, f"named_{layer}_{len(self._layers[layer])}")
