"""The kinds of files for people, and which of them a file is, by the names of its columns."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

_METADATA = re.compile(r"(?:(?P<kind>payment|refund|transfer)_metadata\[(?P<key>.+)\]|(?P<shown>.+) \(metadata\))")
"""`payment_metadata[order_id]` in a report, `order_id (metadata)` in the Dashboard."""


@dataclass(frozen=True, slots=True)
class ReportFile:
    """One kind of file, whose columns are named by their `display_key`.

    needs     columns that every such file has
    parts     tables that its rows tell something of
    reads     columns that are read where the file has them
    amounts   columns of amounts in major units -> the column of their currency
    rows      the table that its rows are of: these replace stored rows; what it tells of others is only added
    any_of    columns of which every such file has one
    derived   columns that other rows of the file give again
    metadata  columns of metadata that are made of those of single keys
    utc       whether the Dashboard wrote it, whose times are in UTC
    """

    name: str
    needs: tuple[str, ...]
    parts: tuple[str, ...]
    reads: tuple[str, ...]
    amounts: Mapping[str, str]
    rows: str | None = None
    any_of: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    metadata: tuple[str, ...] = ()
    utc: bool = False
    columns: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", frozenset((*self.needs, *self.reads, *self.any_of, *self.derived)))

    def is_of(self, header: Iterable[str]) -> bool:
        """Whether a file with these columns is of this kind."""
        keys = {display_key(column) for column in header}
        dashboard = has_utc_columns(header)
        return (
            keys.issuperset(self.needs) and dashboard is self.utc and (not self.any_of or bool(keys & {*self.any_of}))
        )


def report_file(table: str, header: tuple[str, ...]) -> ReportFile | None:
    """The kind of a file that is loaded for a table; None for one that is neither a report nor an export for people."""
    return next((kind for kind in kinds_for(table) if kind.is_of(header)), None)


def kinds_for(table: str) -> Sequence[ReportFile]:
    """The kinds of files that can be loaded for a table."""
    return [kind for kind in _kinds() if table in kind.parts]


def has_utc_columns(header: Iterable[str]) -> bool:
    """Whether any column is named as the Dashboard names times: `Created (UTC)`."""
    return any(column.strip().upper().endswith("(UTC)") for column in header)


def display_key(column: str) -> str:
    """`Available On (UTC)` is `available_on_utc`."""
    return re.sub(r"[^a-z0-9]+", "_", column.strip().lower()).strip("_")


def metadata_key(column: str) -> tuple[str, str] | None:
    """The column of metadata and the key that a column of the file holds; None for other columns."""
    found = _METADATA.fullmatch(column.strip())
    if found is None:
        return None
    return (f"{found['kind']}_metadata", found["key"]) if found["kind"] else ("metadata", found["shown"])


@cache
def _kinds() -> tuple[ReportFile, ...]:
    kinds: dict[str, dict[str, Any]] = json.loads(files(__package__).joinpath("report_files.json").read_text("utf-8"))
    lists = ("needs", "parts", "reads", "any_of", "derived", "metadata")
    return tuple(
        ReportFile(name=name, **(kind | {key: tuple(kind[key]) for key in lists if key in kind}))
        for name, kind in kinds.items()
    )
