"""Translates constructs that only DuckDB's printer writes into SQL that other engines know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from sqlglot import exp


def with_known_forms(tree: exp.Expr) -> exp.Expr:
    """The tree with these forms, for any dialect. Changes the tree."""
    tree = tree.transform(_known_function)
    for query in tree.find_all(exp.Select, exp.SetOperation):
        if isinstance(query, exp.Select):
            _name_groups(query)
        _name_orders(query)
    return tree


def _known_function(node: exp.Expr) -> exp.Expr:
    known = _FUNCTIONS.get(node.name.lower()) if isinstance(node, exp.Anonymous) else None
    return node if known is None else known(*node.expressions)


def _count_of_rows() -> exp.Expr:
    return exp.Count(this=exp.Star(), big_int=True)


def _escaped(kind: Callable[..., exp.Expr], text: exp.Expr, pattern: exp.Expr, escape: exp.Expr) -> exp.Expr:
    return exp.Escape(this=kind(this=text, expression=pattern), expression=escape)


_FUNCTIONS: Mapping[str, Callable[..., exp.Expr]] = {
    "count_star": _count_of_rows,
    "like_escape": partial(_escaped, exp.Like),
    "ilike_escape": partial(_escaped, exp.ILike),
}


def _name_groups(select: exp.Select) -> None:
    """`group by all` groups by each expression without an aggregate; a constant among them groups nothing."""
    group = select.args.get("group")
    if group is None or not group.args.get("all"):
        return
    values = [column.unalias() for column in select.selects]
    named = [value.copy() for value in values if value.find(exp.Column) and not _has_aggregate(value)]
    select.set("group", exp.Group(expressions=named) if named else None)


def _has_aggregate(value: exp.Expr) -> bool:
    return any(not isinstance(found.parent, exp.Window) for found in value.find_all(exp.AggFunc))


def _name_orders(query: exp.Query) -> None:
    """`order by all` orders by each column; of a star these are not known here."""
    order, columns = query.args.get("order"), query.named_selects
    if order is None or "*" in columns:
        return
    terms = [one for term in order.expressions for one in _named(term, columns)]
    query.set("order", exp.Order(expressions=terms))


def _named(term: exp.Expr, columns: list[str]) -> list[exp.Expr]:
    value = term.this if isinstance(term, exp.Ordered) else term
    if not _is_all_columns(value) or "all" in columns:
        return [term]
    return [ordered_by(name, term) for name in columns]


def _is_all_columns(term: exp.Expr) -> bool:
    """Whether a term of an order is `all`, which is printed as `columns(*)`."""
    is_word = isinstance(term, exp.Column) and not term.table and term.name.lower() == "all"
    return is_word or (isinstance(term, exp.Columns) and isinstance(term.this, exp.Star))


def ordered_by(name: str, term: exp.Expr) -> exp.Expr:
    """A column in the order of a term: nulls last, as DuckDB has them in either direction by default."""
    return exp.Ordered(
        this=exp.column(name, quoted=True),
        desc=bool(term.args.get("desc")),
        nulls_first=bool(term.args.get("nulls_first")),
    )
