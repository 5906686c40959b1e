"""The table that a name or a file name stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from application.ports.ledger import LedgerSource
from domain.errors import LedgerRefused
from domain.ledger.tables import TABLES
from interfaces.ledger.sources.metadata_tables import METADATA_TABLES
from interfaces.ledger.sources.reports.sums import is_named_for_sums

_PACKED = [f".{name}{packing}" for packing in (".gz", ".zst") for name in ("csv", "jsonl", "ndjson", "json", "tsv")]

ENDINGS = (".csv", ".csv.gz", ".parquet", ".jsonl", ".ndjson", ".json", ".tsv", *_PACKED[1:])
"""File name extensions of the formats that can be loaded."""

_SHOWN = 5
"""Names of other files of a folder that a message shows."""

_SINGULARS = {"revenue_entry": "revenue_entries"}
"""Singular forms that are not the plural without its last letter."""

_HISTORIES = {"subscription_history": "subscriptions"}
"""Connectors' history tables, which hold earlier versions of rows, too."""

_REPORTS = {
    "balance_history": "balance_transactions",
    "balance_change_from_activity": "balance_transactions",
    "payout_reconciliation": "balance_transactions",
    "ending_balance_reconciliation": "balance_transactions",
    "itemized_payouts": "payouts",
}
"""How names of report files and Dashboard exports begin, maybe behind an `itemized_` -> the table they are for."""

_START = re.compile(r"\A(?:_airbyte_raw_|stripe_)")
"""What connectors put in front of a table's name."""

_NUMBERS = re.compile(r"(?:[ _-]*\(\d+\)|[ _-]+(?:(?:part|page)[ _-]*)?\d+)+\Z")
"""What follows a table's name in one of several files: a date, or the number of a part, page or copy."""


def table_of(name: str) -> str:
    """The table that `name` means: its own, a connector's singular such as `charge`, a metadata table's.

    Raises `LedgerRefused`, which lists the tables.
    """
    plain = name.strip().lower().replace("-", "_")
    for candidate in (plain, f"{plain}s", _SINGULARS.get(plain, ""), _HISTORIES.get(plain, "")):
        if candidate in TABLES:
            return candidate
    for candidate in (plain, plain.replace("_metadata", "s_metadata")):
        if candidate in METADATA_TABLES:
            return candidate
    raise LedgerRefused(f"There is no table {name!r}. The tables are: {', '.join(TABLES)}.")


@dataclass(frozen=True, slots=True)
class FolderContents:
    """The files of a folder that can be loaded, and those that belong to no table.

    others  names of what lies in it besides: files in no format that can be loaded, and folders
    """

    sources: list[LedgerSource]
    left_out: list[Path]
    others: list[str]


def sources_in(folder: Path) -> FolderContents:
    """The files of a folder that are named for a table, as `charge.csv`, `payouts.parquet`, ...

    A history table replaces the plain table of the same folder, which has the same rows with fewer columns.
    """
    sources: list[LedgerSource] = []
    left_out: list[Path] = []
    there = sorted(folder.iterdir())
    paths = [path for path in there if path.is_file() and path.name.lower().endswith(ENDINGS)]
    in_histories = {_HISTORIES.get(_stem(path)) for path in paths}
    for path in paths:
        table = table_named_by(path)
        if table is None or (table in in_histories and _stem(path) not in _HISTORIES):
            left_out.append(path)
        else:
            sources.append(LedgerSource(table, path))
    return FolderContents(sources, left_out, [path.name for path in there if path not in {*paths}])


def table_named_by(path: Path) -> str | None:
    """The table that a file is named after; None for no table, and for the name of a report that holds sums."""
    return None if is_named_for_sums(path) else _table_or_none(_stem(path))


def why_left_out(path: Path) -> str:
    """The sentence about a file of a folder that is left out."""
    if is_named_for_sums(path):
        return (
            f"{path.name} is left out: by its name it is a report that holds sums, which cannot be loaded. Itemized "
            "reports can."
        )
    if _table_or_none(_stem(path)) is not None:
        return f"{path.name} is left out: a history beside it has its rows, and earlier versions of them."
    return f"{path.name} is left out: no table is named so."


def others_left_out(names: Sequence[str]) -> str:
    """The sentence about what lies in a folder besides."""
    shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else "")
    are = "is left out: it is no file" if len(names) == 1 else "are left out: they are no files"
    return f"{shown} {are} of a format that can be loaded."


def _stem(path: Path) -> str:
    """The part of a file's name that names its table: `charges` of `stripe_charges-2025-01 (2).csv`."""
    return _NUMBERS.sub("", _START.sub("", path.name.partition(".")[0].lower()))


def _table_or_none(name: str) -> str | None:
    plain = name.removeprefix("connected_account_")
    for start, table in _REPORTS.items():
        if plain.removeprefix("itemized_").startswith(start) or plain.startswith(start):
            return table
    plain = plain.removeprefix("itemized_")
    try:
        return table_of(plain)
    except LedgerRefused:
        return None
