"""Reads the catalogue: one data file per family beside this one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

FAMILIES = (
    "balance",
    "balance_change_from_activity",
    "payouts",
    "payout_reconciliation",
    "ending_balance_reconciliation",
    "connect",
    "tax",
    "revenue_recognition",
)


_TABLES = {
    "tax": "tax_transactions",
    "revenue_recognition": "revenue_entries",
    "connect": "account_balances",
}
"""First word of a definition -> the ledger's table that its rows come from, where that is not balance transactions."""

CUSTOM_FAMILY = "own"
"""The family of the types that an installation adds."""


@dataclass(frozen=True, slots=True)
class ReportType:
    """One report type, as `balance.summary.1`.

    id               the name that callers use, version last
    family, grain    what it reports, and how: `itemized`, `summary`, `by_id.itemized`, ...
    base_id          for a connected-accounts twin: the platform's own type of the same content
    required, optional   names of parameters
    columns          in output order; `payment_metadata[key]` stands for any key
    default_columns  what a run holds when it names none
    live_only        refused under a test key
    """

    id: str
    name: str
    family: str
    grain: str
    base_id: str | None
    version: int
    required: tuple[str, ...]
    optional: tuple[str, ...]
    columns: tuple[str, ...]
    default_columns: tuple[str, ...]
    live_only: bool

    @property
    def unversioned(self) -> str:
        """The id without its version: types that share it are versions of one report."""
        return self.id.rpartition(".")[0]

    @property
    def definition(self) -> str:
        """The id without its version, and without the twin's prefix: types that share it are computed alike."""
        return (self.base_id or self.id).rpartition(".")[0]

    @property
    def table(self) -> str:
        """The ledger's table that its rows come from: what can be asked for is as long as that has data."""
        return _TABLES.get(self.definition.partition(".")[0], "balance_transactions")

    @property
    def about_connected_accounts(self) -> bool:
        """Whether its rows are those of the accounts that are connected to the caller's, not the caller's own."""
        return self.family == "connect"

    @property
    def is_custom(self) -> bool:
        """Whether the installation added it, with SQL of its own."""
        return self.family == CUSTOM_FAMILY

    def takes(self, parameter: str) -> bool:
        return parameter in self.required or parameter in self.optional

    def has_column(self, column: str) -> bool:
        """Whether a caller may ask for `column`; any key fits a `metadata[key]` placeholder, that of `key` too."""
        if column in self.columns:
            return True
        group, bracket, rest = column.partition("[")
        return bool(bracket) and rest.endswith("]") and len(rest) > 1 and f"{group}[key]" in self.columns


class Catalogue:
    """Report types by id, in the catalogue's own order."""

    def __init__(self, report_types: Iterable[ReportType]) -> None:
        self._by_id = {report_type.id: report_type for report_type in report_types}

    def __iter__(self) -> Iterator[ReportType]:
        return iter(self._by_id.values())

    def get(self, id: str) -> ReportType | None:
        return self._by_id.get(id)

    def and_more(self, report_types: Iterable[ReportType]) -> Catalogue:
        """These types, and others behind them."""
        return Catalogue((*self, *report_types))

    def with_live_only(self, ids: Iterable[str]) -> Catalogue:
        """The same types, but exactly those named are live-only. Raises ValueError for an id that is not here."""
        chosen = frozenset(ids)
        unknown = sorted(chosen - self._by_id.keys())
        if unknown:
            raise ValueError(f"{', '.join(unknown)} is not in the catalogue of report types.")
        return Catalogue(replace(one, live_only=one.id in chosen) for one in self)


@cache
def catalogue() -> Catalogue:
    """Every report type that this version knows."""
    return Catalogue(
        _report_type(entry)
        for family in FAMILIES
        for entry in json.loads((files(__package__) / f"{family}.json").read_bytes())
    )


def _report_type(entry: dict[str, object]) -> ReportType:
    def words(key: str) -> tuple[str, ...]:
        value = entry[key]
        return tuple(value) if isinstance(value, list) else ()

    columns, optional = words("columns"), words("optional")
    if "connected_account" in optional:
        optional += ("connected_accounts",)
    return ReportType(
        id=str(entry["id"]),
        name=str(entry["name"]),
        family=str(entry["family"]),
        grain=str(entry["grain"]),
        base_id=str(entry["base_id"]) if entry["base_id"] else None,
        version=int(str(entry["version"])),
        required=words("required"),
        optional=optional,
        columns=columns,
        default_columns=words("default_columns") or tuple(name for name in columns if "[key]" not in name),
        live_only=bool(entry["live_only"]),
    )
