"""How a join finds its row: the column of a ledger's table, and the key that the column must equal."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from domain.ledger.tables import ACCOUNT
from interfaces.engine.definitions.columns import columns_by_name
from interfaces.engine.definitions.row_view import conjuncts


@dataclass(frozen=True, slots=True)
class Lookup:
    """Rows of the table with another value in the column cannot be found by the join.

    table  the node in the join's tree that names the table
    """

    table: exp.Table
    column: str
    key: exp.Expr


def lookup_of(join: exp.Join) -> Lookup | None:
    """The lookup that the join's `on` describes: `alias.column = key`, for another column than the account.

    Where a join reads a subquery, the column must be one that the subquery groups by; a computed one gives no lookup.
    """
    for condition in conjuncts(join.args["on"]):
        column = condition.this
        if isinstance(condition, exp.EQ) and column.table == join.alias_or_name and column.name != ACCOUNT:
            found = _stored_column(join, column)
            return Lookup(*found, condition.expression) if found else None
    return None


def _stored_column(join: exp.Join, column: exp.Column) -> tuple[exp.Table, str] | None:
    """The table and column of the ledger that a joined column is."""
    if isinstance(join.this, exp.Table):
        return join.this, column.name
    select = join.this.this
    group = select.args.get("group")
    if group is None:
        return None
    stored, source = columns_by_name(select)[column.name], select.args["from_"].this
    if not isinstance(stored, exp.Column) or stored not in group.expressions:
        return None
    return (source, stored.name) if isinstance(source, exp.Table) and source.alias == stored.table else None
