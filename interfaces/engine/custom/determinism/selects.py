"""One `select`: what its rows are computed from, and what tells the rows that it gives apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property

from interfaces.engine.custom.determinism.parsed import (
    Node,
    calls,
    has_windows,
    is_column,
    is_constant,
    is_star,
    modifiers_of,
    objects_of,
    output_name,
)
from interfaces.engine.custom.determinism.scope import Rows, Scope

_MULTIPLYING = frozenset({"unnest", "generate_subscripts"})
"""Functions that make several rows of one."""


class Select:
    """A `select` and the scope of its expressions.

    aggregates  names of the database's aggregate functions
    """

    def __init__(self, node: Node, scope: Scope, aggregates: Collection[str]) -> None:
        self.scope = scope
        self._node = node
        self._listed: list[Node] = node["select_list"]
        self._aggregates = frozenset(aggregates)

    @cached_property
    def _multiplies(self) -> bool:
        return calls(self._listed, _MULTIPLYING)

    @cached_property
    def _has_star(self) -> bool:
        return any(is_star(one) or any(node.get("columns") is True for node in objects_of(one)) for one in self._listed)

    @cached_property
    def groups(self) -> list[Node] | None:
        """The expressions that it groups by; None for a select that does not group, or by several sets."""
        if self._node.get("aggregate_handling") == "FORCE_AGGREGATES":
            return [one for one in self._listed if not calls(one, self._aggregates)]
        groups = [self.meant(one) for one in self._node.get("group_expressions", ())]
        return groups if groups and len(self._node.get("group_sets", ())) <= 1 else None

    @property
    def _has_group_sets(self) -> bool:
        return len(self._node.get("group_sets", ())) > 1

    def meant(self, expression: Node, *, alias_first: bool = False) -> Node:
        """The expression that a position or an alias in `group by` or `order by` stands for."""
        if expression.get("class") == "CONSTANT" and not self._has_star:
            place = expression.get("literal", {}).get("text", "")
            if place.isdecimal() and 0 < int(place) <= len(self._listed):
                return self._listed[int(place) - 1]
        if is_column(expression) and len(expression["column_names"]) == 1:
            name = expression["column_names"][0].lower()
            if alias_first or not self.scope.has_column(expression):
                return next((one for one in self._listed if output_name(one) == name), expression)
        return expression

    def is_total(self, expressions: Iterable[Node]) -> bool:
        """Whether rows that are equal in these expressions, of windows for example, are equal in all."""
        is_unique = self.scope.is_unique or self.groups is not None
        return is_unique and self._is_total_of([self.meant(one) for one in expressions])

    def orders_all(self, expressions: Iterable[Node]) -> bool:
        """Whether rows of the result that are equal in these expressions of an `order by` are equal in all."""
        listed = [self.meant(one, alias_first=True) for one in expressions]
        if any(map(is_star, listed)):
            return True
        texts = self.scope.texts(listed)
        if not self._has_star and all(is_constant(one) or self.scope.text(one) in texts for one in self._listed):
            return True
        if modifiers_of(self._node, "DISTINCT_MODIFIER") and not self._is_distinct_on:
            return False
        return self._keeps_rows and self._is_total_of(listed)

    def _is_total_of(self, listed: list[Node]) -> bool:
        if self._has_group_sets or self._multiplies:
            return False
        if self.groups is not None:
            return self.scope.texts(self.groups) <= self.scope.texts(listed)
        return self.scope.tells_apart(listed)

    @property
    def _is_distinct_on(self) -> bool:
        return any(one.get("distinct_on_targets") for one in modifiers_of(self._node, "DISTINCT_MODIFIER"))

    @property
    def _keeps_rows(self) -> bool:
        """Whether equal rows before it stay equal: windows number them."""
        return self.scope.is_unique or self.groups is not None or not has_windows(self._listed)

    def rows(self) -> Rows:
        """What is known of the rows that it gives."""
        columns = self._columns()
        if modifiers_of(self._node, "DISTINCT_MODIFIER") and not self._is_distinct_on:
            return Rows.keyed(columns, columns)
        key = self._key(columns)
        if key is None:
            return Rows.keyed(columns, None)
        return Rows(columns, key, is_unique=self.groups is not None or self.scope.is_unique)

    def _key(self, columns: tuple[str, ...] | None) -> frozenset[str] | None:
        """The columns of the result that hold the key of the rows that it is computed from."""
        if self._has_group_sets or self._multiplies or not self._keeps_rows:
            return None
        if self.groups is not None:
            names = {self.scope.text(one): output_name(one) for one in self._listed}
            found = [names.get(self.scope.text(group)) for group in self.groups]
        elif self.scope.key is not None:
            held = {self.scope.column(one): output_name(one) for one in self._listed}
            found = [held.get(column) or self._starred(column, columns) for column in self.scope.key]
        else:
            return None
        named = frozenset(name for name in found if name is not None)
        return named if len(named) == len(found) else None

    def _starred(self, column: tuple[str, str], columns: tuple[str, ...] | None) -> str | None:
        """The name under which `*` gives a column, where that is sure."""
        table, name = column
        stars = [str(one.get("relation_name") or "").lower() for one in self._listed if is_star(one)]
        return name if columns is not None and name in columns and any(one in ("", table) for one in stars) else None

    def _columns(self) -> tuple[str, ...] | None:
        """The names of its columns; None when one is not known, or two are the same."""
        names = list[str | None]()
        for one in self._listed:
            names.extend(self._names_of_star(one) if is_star(one) else [output_name(one)])
        known = tuple(name for name in names if name is not None)
        return known if len(known) == len(names) == len(set(known)) else None

    def _names_of_star(self, star: Node) -> list[str | None]:
        special = ("expr", "replace_list", "rename_list", "qualified_exclude_list", "columns", "exclude_list")
        if any(star.get(one) for one in special):
            return [None]
        table = str(star.get("relation_name") or "").lower()
        tables = [rows for alias, rows in self.scope.tables.items() if not table or alias == table]
        if any(rows.columns is None for rows in tables):
            return [None]
        return [name for rows in tables for name in rows.columns or ()]
