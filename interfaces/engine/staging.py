"""Spreads a report's joins over stages, so that what it holds in memory does not grow with the number of its joins.

A chain of joins holds a hash table for each of them until its last row has passed, and cannot spill them all. A stage
makes a few of the joins and lays its rows down in a table, on disk where memory is short, before the next one begins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interfaces.engine.sql_text import filled, tables_in

_REFERENCE = re.compile(r"\b([a-z_]+)\.([a-z0-9_]+)\b")


@dataclass(frozen=True, slots=True)
class Join:
    """A join as composed: its name is the alias that it gives."""

    name: str
    text: str


def grouped(
    choosing: Sequence[Join], others: Sequence[Join], table_bytes: Mapping[str, int], stage_bytes: int
) -> list[list[Join]]:
    """The joins of each stage, in order.

    choosing     the joins that choose the rows: the first stage makes them all
    table_bytes  table -> size of its files
    stage_bytes  size of the files that a later stage may join; a single larger table has a stage of its own
    """
    groups, room = [list(choosing)], 0
    for join in others:
        size = sum(table_bytes.get(table, 0) for table in tables_in(join.text))
        if size > room:
            groups.append([])
            room = stage_bytes
        groups[-1].append(join)
        room -= size
    return groups


def staged(
    rows: str, groups: Sequence[Sequence[Join]], then: Sequence[str], *, row: str
) -> tuple[list[str], list[str]]:
    """The query of each stage, and the texts of `then` over the last stage, each of whose `{rows}` it fills.

    rows  what the first stage reads, with a `{joins}` slot; like joins and `then`, it refers to `alias.column`
    row   what it calls a row
    """
    stages: list[str] = []
    laid_down: set[str] = set()
    for number, group in enumerate(groups, start=1):
        here = {join.name for join in group} | ({row} if number == 1 else set())
        joins = _flat("\n".join(join.text for join in group), laid_down)
        source = filled(rows, {"joins": joins}) if number == 1 else f"from stage_{number - 1}\n{joins}"
        later = [*then, *(join.text for some in groups[number:] for join in some)]
        columns = ",\n".join(_columns(later, laid_down, here))
        stages.append(filled("select\n    {columns}\n{source}", {"columns": columns, "source": source}))
        laid_down |= here
    last = {"rows": f"from stage_{len(groups)}"}
    return stages, [filled(_flat(text, laid_down), last) for text in then]


def _columns(later: Sequence[str], laid_down: set[str], here: set[str]) -> list[str]:
    """What later stages refer to: columns laid down before as they are called now, those of this stage's joins anew."""
    references = sorted({found for text in later for found in _REFERENCE.findall(text)})
    kept = [f"{alias}__{column}" for alias, column in references if alias in laid_down]
    new = [f"{alias}.{column} as {alias}__{column}" for alias, column in references if alias in here]
    return kept + new


def _flat(text: str, laid_down: set[str]) -> str:
    """The text with columns of earlier stages under the names that they were laid down with."""
    return _REFERENCE.sub(lambda found: f"{found[1]}__{found[2]}" if found[1] in laid_down else found[0], text)
