"""What a file that is no report and no export of the Dashboard was probably meant to be."""

from __future__ import annotations

from collections.abc import Sequence

from domain.near_misses import near_miss
from interfaces.ledger.sources.reports.report_files import ReportFile, display_key, has_utc_columns, kinds_for

_TITLES = {
    "balance_history": "the Dashboard's balance history",
    "payouts_export": "the Dashboard's export of payouts",
    "activity": "an itemized report of activity",
    "payouts": "an itemized report of payouts",
}


def near_report(table: str, header: Sequence[str]) -> str | None:
    """Why the columns of a file are not those of a report or an export that can be loaded for a table, in a sentence.

    None for a file that is like neither.
    """
    dashboard = has_utc_columns(header)
    keys = {display_key(column): column for column in header}
    kinds = [kind for kind in kinds_for(table) if kind.utc is dashboard]
    for kind in kinds:
        missing = [column for column in kind.needs if column not in keys]
        if len(missing) == 1:
            return _lacks(kind, missing[0], keys)
    if dashboard and kinds:
        return "The file is an export of the Dashboard. Of these, the balance history and the payouts can be loaded."
    return None


def _lacks(kind: ReportFile, column: str, keys: dict[str, str]) -> str:
    meant = near_miss(column, [key for key in keys if key not in kind.columns])
    hint = f" {keys[meant]} may stand for it." if meant else ""
    return f"The file is like {_TITLES[kind.name]}, but has no column {_shown(column, kind)}.{hint}"


def _shown(column: str, kind: ReportFile) -> str:
    """`Available On (UTC)` of `available_on_utc` in the Dashboard's files; reports have the names themselves."""
    if not kind.utc or column == "id":
        return column
    return column.removesuffix("_utc").replace("_", " ").title() + (" (UTC)" if column.endswith("_utc") else "")
