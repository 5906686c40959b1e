"""The columns in a tree of SQL: which there are, and others in their place."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp


def columns_by_name(select: exp.Select) -> dict[str, exp.Expr]:
    """Name -> expression of the columns that a select lists; `*` lists none."""
    return {column.alias_or_name: column.unalias() for column in select.expressions if not column.is_star}


def aliases_in(tree: exp.Expr) -> set[str]:
    """The aliases of the tables that a tree has columns of."""
    return {column.table for column in tree.find_all(exp.Column) if column.table}


def replace_columns(tree: exp.Expr, replacement: Callable[[exp.Column], exp.Expr]) -> exp.Expr:
    """Change the tree: put another expression in place of each column; one that is to stay replaces itself."""
    return tree.transform(lambda node: replacement(node) if isinstance(node, exp.Column) else node, copy=False)
