"""Reads the `.sql` files beside this one into named pieces, which reports are put together from.

A piece begins with a line that gives its kind, its name, and the joins that it needs:

    -- column charge_created, needs charge
    local_text(charge.created, $timezone)

A join may say by which column of which table it finds its row, and then ends with the condition on that column:

    -- join customer, by customers.id, needs charge
    left join customers customer
        on customer.account = {owner}
        and customer.id = charge.customer_id

Kinds are `column` (of a row), `line` (a column of a summary), `join`, `filter`, `rows` and `query`. A piece may use a
column of the row by its name in braces, `{instant}`, and then needs what that needs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

_HEADING = re.compile(
    r"^-- (column|line|join|filter|rows|query) (\S+?)(?:, by (\w+)\.(\w+))?(?:, needs (.+))?$", re.MULTILINE
)

_COMMENT = re.compile(r"^ *--.*\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A named piece of SQL and the joins that it needs.

    found_by  of a join: the table and its column by which it finds its row, where it says so
    """

    text: str
    needs: tuple[str, ...] = ()
    found_by: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of some files by kind and name; where two files define one name, the later file wins."""

    columns: dict[str, Piece] = field(default_factory=dict)
    lines: dict[str, Piece] = field(default_factory=dict)
    joins: dict[str, Piece] = field(default_factory=dict)
    filters: dict[str, Piece] = field(default_factory=dict)
    rows: dict[str, Piece] = field(default_factory=dict)
    queries: dict[str, Piece] = field(default_factory=dict)

    def of_kind(self, kind: str) -> dict[str, Piece]:
        return {
            "column": self.columns,
            "line": self.lines,
            "join": self.joins,
            "filter": self.filters,
            "rows": self.rows,
            "query": self.queries,
        }[kind]


@cache
def sql_file(name: str) -> str:
    """The whole of one file."""
    return (files(__package__) / "sql" / f"{name}.sql").read_text(encoding="utf-8")


@cache
def pieces_of(names: Sequence[str]) -> Pieces:
    """The pieces of these files, read in this order."""
    found = Pieces()
    for name in names:
        # before the first heading stands the sentence that says what the file is
        _, *parts = _HEADING.split(sql_file(name))
        for kind, piece, table, column, needs, text in zip(*(iter(parts),) * 6, strict=True):
            joins = tuple(needs.split(", ")) if needs else ()
            found_by = (table, column) if table else None
            found.of_kind(kind)[piece] = Piece(_COMMENT.sub("", text).strip(), joins, found_by)
    return found
