"""The rows that the expressions of one `select` are computed from, and what tells them apart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from interfaces.engine.custom.determinism.parsed import Node, is_column, without_meaningless

Column = tuple[str, str]
"""Alias of a table, and name of its column."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What is known of the rows of a table or a query.

    columns    their names; None when they are not known
    key        columns that tell the rows apart: rows that are equal in these are equal in all
    is_unique  whether no two rows are equal in the key
    """

    columns: tuple[str, ...] | None = None
    key: frozenset[str] | None = None
    is_unique: bool = False

    @classmethod
    def keyed(cls, columns: tuple[str, ...] | None, key: Iterable[str] | None) -> Rows:
        """Rows with a key that no two share; without a key, all columns together tell rows apart."""
        if key is not None:
            return cls(columns, frozenset(key), is_unique=True)
        return cls(columns, frozenset(columns) if columns else None)

    def renamed(self, names: list[str]) -> Rows:
        """The same rows under other names of columns."""
        if not names:
            return self
        if self.columns is None:
            return Rows()
        columns = (*(name.lower() for name in names), *self.columns[len(names) :])
        new = dict(zip(self.columns, columns, strict=False))
        return replace(self, columns=columns, key=frozenset(new[one] for one in self.key) if self.key else self.key)


@dataclass(frozen=True, slots=True)
class Scope:
    """The tables after `from`, joined.

    key      columns that tell the joined rows apart; None when they are not known
    shared   columns that joins `using` them have from their left table
    """

    tables: Mapping[str, Rows] = field(default_factory=dict)
    key: frozenset[Column] | None = None
    is_unique: bool = False
    shared: frozenset[str] = frozenset()

    def column(self, expression: Node) -> Column | None:
        """The column that an expression is; None for any other expression, and where tables may both have it."""
        if not is_column(expression):
            return None
        *before, name = (str(one).lower() for one in expression["column_names"])
        if before:
            return (before[0], name) if len(before) == 1 and before[0] in self.tables else None
        having = [alias for alias, rows in self.tables.items() if rows.columns is None or name in rows.columns]
        if len(having) == 1 or (having and name in self.shared):
            return having[0], name
        return None

    def has_column(self, expression: Node) -> bool:
        return self.column(expression) is not None

    def text(self, expression: Node) -> str:
        """An expression as a text that is the same for the same expression."""
        return json.dumps(self._plain(without_meaningless(expression)), sort_keys=True)

    def _plain(self, part: Any) -> Any:
        if isinstance(part, dict):
            column = self.column(part)
            return list(column) if column else {key: self._plain(value) for key, value in part.items()}
        return [self._plain(one) for one in part] if isinstance(part, list) else part

    def texts(self, expressions: Iterable[Node]) -> set[str]:
        return {self.text(one) for one in expressions}

    def tells_apart(self, expressions: Iterable[Node]) -> bool:
        """Whether rows that are equal in these expressions are equal in all."""
        return self.key is not None and self.key <= {self.column(one) for one in expressions}
