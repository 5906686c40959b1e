"""Rows of the ledger with every column and every join that a report may need, read from one `.sql` file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlglot import exp

from domain.ledger.tables import TABLES
from interfaces.engine.definitions.columns import aliases_in, columns_by_name, replace_columns
from interfaces.engine.definitions.dialect import sql_tree


@dataclass(frozen=True, slots=True)
class RowView:
    """A view that is inlined into the queries that read it, so that each makes only the joins that it needs.

    source      the ledger's table, under the alias that stands for one row
    columns     name -> expression, in which a name without an alias is another column of the view
    joins       alias -> join, in the order of the file; each finds at most one row
    conditions  which rows it has
    order       the order that a file lists them in
    """

    source: exp.Table
    columns: Mapping[str, exp.Expr]
    joins: Mapping[str, exp.Join]
    conditions: tuple[exp.Expr, ...]
    order: tuple[exp.Expr, ...]

    @property
    def row(self) -> str:
        """The alias of one row."""
        return self.source.alias

    def resolve(self, tree: exp.Expr) -> exp.Expr:
        """Change the tree: put expressions over the ledger's tables in place of the view's columns."""
        return replace_columns(tree, self._expression)

    def _expression(self, column: exp.Column) -> exp.Expr:
        if column.table:
            return column
        expression = self.resolve(self.columns[column.name].copy())
        return exp.paren(expression, copy=False) if isinstance(expression, exp.Binary | exp.Unary) else expression

    def joins_for(self, *trees: exp.Expr) -> dict[str, exp.Join]:
        """The joins that the trees refer to, and those that these need in turn."""
        needed = {alias for tree in trees for alias in aliases_in(tree)}
        for alias in reversed(list(self.joins)):
            if alias in needed:
                needed |= aliases_in(self.joins[alias].args["on"])
        return {alias: join for alias, join in self.joins.items() if alias in needed}


@cache
def row_view(name: str) -> RowView:
    """The view of one file. One that reads from another file has the columns, joins and conditions of that one too."""
    select = sql_tree(name)
    source = select.args["from_"].this
    parent = RowView(source, {}, {}, (), ()) if source.name in TABLES else row_view(source.name)
    where, order = select.args.get("where"), select.args.get("order")
    return RowView(
        source=parent.source,
        columns={**parent.columns, **columns_by_name(select)},
        joins={**parent.joins, **{join.alias_or_name: join for join in select.args.get("joins") or ()}},
        conditions=(*parent.conditions, *(conjuncts(where.this) if where else ())),
        order=tuple(order.expressions) if order else parent.order,
    )


def conjuncts(condition: exp.Expr) -> tuple[exp.Expr, ...]:
    """The conditions that `and` joins."""
    return tuple(condition.flatten()) if isinstance(condition, exp.And) else (condition,)
