"""What the SQL of a report may use: the list in `allowed.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Allowed:
    """Names in small letters, and parts of a parsed query as the database calls them.

    ordered   functions that depend on the order of rows, and so need an `order by`
    forms     function -> how many arguments it must have
    sources   what may stand after `from`, and parts of queries that are no expressions
    """

    functions: frozenset[str]
    ordered: frozenset[str]
    forms: Mapping[str, int]
    table_functions: frozenset[str]
    types: frozenset[str]
    joins: frozenset[str]
    sources: frozenset[str]
    expressions: frozenset[str]


@cache
def allowed() -> Allowed:
    listed = tomllib.loads((files(__package__) / "allowed.toml").read_text(encoding="utf-8"))
    ordered, forms, syntax = _words(*listed["ordered"].values()), listed["forms"], listed["syntax"]
    return Allowed(
        functions=_words(*listed["functions"].values()) | ordered | forms.keys(),
        ordered=ordered,
        forms=forms,
        table_functions=_words(listed["tables"]["functions"]),
        types=_words(listed["types"]["names"]) | set(listed["types"]["long_names"]),
        joins=_words(syntax["joins"]),
        sources=_words(syntax["queries"], syntax["sources"], syntax["modifiers"]),
        expressions=_words(syntax["expressions"]),
    )


def _words(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in text.split())
