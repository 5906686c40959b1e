"""Takes an itemized report apart into steps, each of which needs little memory whatever the ledger's size.

At first the rows of the file are chosen and put in order. Then pieces of them are joined in stages and printed: a stage
makes the joins whose keys are known by then, each with those rows of its table alone that the piece refers to. So what
is held in memory goes by the size of a piece, and the tables only pass by.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from interfaces.engine.definitions.sql_text import filled

_REFERENCE = re.compile(r"\b([a-z_]+)\.([a-z0-9_]+)\b")


@dataclass(frozen=True, slots=True)
class Join:
    """A join as composed: its name is the alias that it gives.

    needs     the joins that it refers to
    found_by  the table and its column by which it finds its row; its text then ends with the condition on that column
    """

    name: str
    text: str
    needs: tuple[str, ...] = ()
    found_by: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class StagedText:
    """A query in parts.

    chosen   the rows of the file in its order, to be laid down as the table `chosen`
    stages   from the table `stage_1`, some rows of `chosen` with their `place`, the tables `stage_2` and so on
    printed  the file's lines from the last stage
    """

    chosen: str
    stages: list[str]
    printed: str


def in_stages(query: str, choosing: Sequence[Join], others: Sequence[Join], printed: str, *, row: str) -> StagedText:
    """Spread joins over stages.

    query     gives the rows in order; has slots for `{columns}` and `{joins}`
    choosing  the joins that it needs itself; others: those that the lines need, each below those that it needs
    printed   gives the lines; has a slot for `{rows}`
    row       what a row is called

    All of them refer to `alias.column`; what is laid down calls that `alias__column`.
    """
    groups = _by_depth(choosing, others)
    here = {row, *(join.name for join in choosing)}
    later = [printed, *(join.text for join in others)]
    columns = _columns(later, set(), here) or ["true as chosen"]
    joins = "\n".join(join.text for join in choosing)
    chosen = filled(query, {"columns": ",\n".join(columns), "joins": joins})
    laid_down, stages = here, list[str]()
    for number, group in enumerate(groups, start=1):
        here = {join.name for join in group}
        later = [printed, *(join.text for some in groups[number:] for join in some)]
        blocks = {
            "columns": ",\n".join(["place", *_columns(later, laid_down, here)]),
            "before": f"stage_{number}",
            "joins": "\n".join(_near(join, f"stage_{number}", laid_down) for join in group),
        }
        stages.append(filled("select\n    {columns}\nfrom {before}\n{joins}", blocks))
        laid_down = laid_down | here
    lines = filled(_flat(printed, laid_down), {"rows": f"from stage_{len(groups) + 1}"})
    return StagedText(chosen, stages, lines)


def _by_depth(choosing: Iterable[Join], others: Sequence[Join]) -> list[list[Join]]:
    """What needs only what is chosen comes first, then what needs that."""
    depth = {join.name: 0 for join in choosing}
    for join in others:
        depth[join.name] = 1 + max((depth[name] for name in join.needs), default=0)
    stages = range(1, 1 + max(depth.values(), default=0))
    return [[join for join in others if depth[join.name] == stage] for stage in stages]


def _near(join: Join, stage: str, laid_down: set[str]) -> str:
    """The join, with no more of its table than the rows that the stage refers to."""
    text = _flat(join.text, laid_down)
    if join.found_by is None:
        return text
    table, column = join.found_by
    _, _, key = text.partition(f" {join.name}.{column} = ")
    rows = f"(select * from {table} where {column} in (select {key} from {stage}))"
    return re.sub(rf"\b(from|join) {table}\b", rf"\1 {rows}", text)


def _columns(later: Sequence[str], laid_down: set[str], here: set[str]) -> list[str]:
    """What later texts refer to: columns laid down before as they are called now, those of this stage's joins anew."""
    references = sorted({found for text in later for found in _REFERENCE.findall(text)})
    kept = [f"{alias}__{column}" for alias, column in references if alias in laid_down]
    new = [f"{alias}.{column} as {alias}__{column}" for alias, column in references if alias in here]
    return kept + new


def _flat(text: str, laid_down: set[str]) -> str:
    """The text with columns of earlier stages under the names that they were laid down with."""
    return _REFERENCE.sub(lambda found: f"{found[1]}__{found[2]}" if found[1] in laid_down else found[0], text)
