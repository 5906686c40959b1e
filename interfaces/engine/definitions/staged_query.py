"""Takes an itemized report apart into steps, each of which needs memory for a chunk of its rows only.

First the rows of the report are selected and put in order. Then chunks of them are joined in stages and printed. A
stage makes the joins with known keys, each with only those rows of its table that the chunk refers to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from interfaces.engine.definitions.columns import aliases_in, replace_columns
from interfaces.engine.definitions.composition import joins_of, printed_columns, rows_of, view_of
from interfaces.engine.definitions.dialect import statement_of
from interfaces.engine.definitions.lookup import lookup_of
from interfaces.engine.definitions.selection import Selection
from interfaces.engine.definitions.statement import Statement


@dataclass(frozen=True, slots=True)
class StagedQuery:
    """A query in parts.

    selected  the rows of the report in its order, to be kept as the table `selected_rows`
    stages    from the table `stage_1`, some of `selected_rows` with their `place`, the tables `stage_2` and so on
    printed   the lines `$first_row` to `$last_row` of the last stage
    """

    selected: Statement
    stages: tuple[Statement, ...]
    printed: Statement


def compose_in_stages(selection: Selection) -> StagedQuery:
    """The query of an itemized report. Tables between its parts call the column `alias.column` `alias__column`."""
    view = view_of(selection)
    printed = [view.resolve(column) for column in printed_columns(view.columns, selection)]
    rows = rows_of(view, [], selection)
    present = {view.row, *(join.alias_or_name for join in rows.args["joins"])}
    joins = joins_of(view, selection, rows, *printed)
    groups = _by_depth({alias: join for alias, join in joins.items() if alias not in present})
    later = [*printed, *(join for group in groups for join in group.values())]
    rows.set("expressions", _columns(later, set(), present) or [exp.alias_(exp.true(), "selected")])
    stages, kept = list[Statement](), present
    for number, group in enumerate(groups, start=1):
        later = [*printed, *(join for some in groups[number:] for join in some.values())]
        stages.append(statement_of(_stage(f"stage_{number}", group, later, kept)))
        kept = kept | group.keys()
    lines = exp.select(*(_flat(column, kept) for column in printed)).from_(f"stage_{len(groups) + 1}")
    of_chunk = exp.column("rowid").between(exp.Placeholder(this="first_row"), exp.Placeholder(this="last_row"))
    return StagedQuery(statement_of(rows), tuple(stages), statement_of(lines.where(of_chunk)))


def _by_depth(joins: Mapping[str, exp.Join]) -> list[dict[str, exp.Join]]:
    """Joins that need only selected rows come first, then those that need these, and so on."""
    depth = dict[str, int]()
    for alias, join in joins.items():
        depth[alias] = 1 + max(depth.get(needed, 0) for needed in aliases_in(join.args["on"]))
    stages = range(1, 1 + max(depth.values(), default=0))
    return [{alias: join for alias, join in joins.items() if depth[alias] == stage} for stage in stages]


def _stage(before: str, joins: Mapping[str, exp.Join], later: Sequence[exp.Expr], kept: set[str]) -> exp.Select:
    select = exp.select("place", *_columns(later, kept, joins.keys())).from_(before)
    select.set("joins", [_near(join, before, kept) for join in joins.values()])
    return select


def _near(join: exp.Join, stage: str, kept: set[str]) -> exp.Join:
    """The join with only those rows of its table that the stage refers to."""
    near = join.copy()
    near.set("on", _flat(join.args["on"], kept))
    lookup = lookup_of(near)
    if lookup is not None:
        keys = exp.select(lookup.key).from_(stage)
        rows = exp.select("*").from_(lookup.table.name).where(exp.column(lookup.column).isin(query=keys))
        lookup.table.replace(rows.subquery(lookup.table.alias))
    return near


def _columns(later: Iterable[exp.Expr], kept: Iterable[str], new: Iterable[str]) -> list[exp.Expr]:
    """What later parts refer to: columns kept by earlier parts, and those of new tables under their flat names."""
    references = sorted({(column.table, column.name) for tree in later for column in tree.find_all(exp.Column)})
    return [
        *(exp.column(_flat_name(alias, name)) for alias, name in references if alias in kept),
        *(exp.alias_(exp.column(name, alias), _flat_name(alias, name)) for alias, name in references if alias in new),
    ]


def _flat(tree: exp.Expr, kept: set[str]) -> exp.Expr:
    """Change the tree: call the columns of kept tables by their flat names."""

    def flat(column: exp.Column) -> exp.Expr:
        return exp.column(_flat_name(column.table, column.name)) if column.table in kept else column

    return replace_columns(tree, flat)


def _flat_name(alias: str, name: str) -> str:
    return f"{alias}__{name}"
