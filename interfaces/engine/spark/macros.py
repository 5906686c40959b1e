"""The SQL functions that report SQL shares, expanded in a tree: not every server can create functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import sqlglot
from sqlglot import exp

from interfaces.engine.definitions.dialect import DIALECT
from interfaces.engine.definitions.functions import functions

_SPARK_FORMS = {
    "utc_text": "cast(date_trunc('second', instant) as string)",
    "metadata_value": "element_at(from_json(metadata, 'map<string,string>'), pointer)",
}
"""Functions whose DuckDB form has no equal: sessions are in UTC, and a key of metadata is bound as it is."""


@dataclass(frozen=True, slots=True)
class Macro:
    """A function: the names of its parameters, and the expression over them."""

    parameters: tuple[str, ...]
    body: exp.Expr

    def of(self, arguments: list[exp.Expr]) -> exp.Expr:
        """The expression with copies of the arguments in place of the parameters."""
        values = dict(zip(self.parameters, arguments, strict=True))

        def value(node: exp.Expr) -> exp.Expr:
            given = values.get(node.name) if isinstance(node, exp.Column) else None
            return node if given is None else exp.paren(given.copy(), copy=False)

        return exp.paren(self.body.copy().transform(value), copy=False)


def expand_macros(tree: exp.Expr) -> exp.Expr:
    """The tree without calls of shared functions, those in the functions themselves included."""
    known = _macros()

    def expanded(node: exp.Expr) -> exp.Expr:
        macro = known.get(node.name) if isinstance(node, exp.Anonymous) else None
        if macro is None:
            return node
        arguments = [expand_macros(argument) for argument in node.expressions]
        return expand_macros(macro.of(arguments))

    return tree.transform(expanded)


@cache
def _macros() -> Mapping[str, Macro]:
    return dict(map(_macro, functions()))


def _macro(statement: str) -> tuple[str, Macro]:
    created = sqlglot.parse_one(statement, dialect=DIALECT)
    name = created.this.this.name
    parameters = tuple(parameter.name for parameter in created.this.expressions)
    spark_form = _SPARK_FORMS.get(name)
    body = created.expression if spark_form is None else sqlglot.parse_one(spark_form, dialect="spark")
    return name, Macro(parameters, body)
