"""Goes back to the last version of a table that can be read, where the current one cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from domain.ledger.ledger import PinnedLedger
from interfaces.ledger.delta.ledger_check import DeltaLedgerCheck
from interfaces.ledger.delta.ledger_folder import LedgerFolder
from interfaces.ledger.delta.table_check import TableCheck


def readable_base(
    folder: LedgerFolder, base: PinnedLedger, tables: Iterable[str], history: Callable[[], Sequence[PinnedLedger]]
) -> PinnedLedger:
    """The base of a load, with the last version of each of its tables that can be read; quickly checked.

    A bucket loses no acknowledged object, so its tables are not looked at.
    """
    readable = dict(base.tables)
    for name in () if folder.is_bucket else set(tables) & set(readable):
        check = TableCheck(folder.uri(base.livemode, name), folder.files, digests=False)
        if check.damage(readable[name]) is None:
            continue
        folder.table(base.livemode, name).replace_damaged_entries(readable[name])
        whole = check.last_whole(_versions_of(name, history()))
        del readable[name]
        readable |= {} if whole is None else {name: whole}
    return replace(base, tables=readable)


def roll_back(folder: LedgerFolder, base: PinnedLedger, history: Sequence[PinnedLedger]) -> dict[str, int]:
    """Give every table that cannot be read a new version with the contents of its last version that can."""
    check = DeltaLedgerCheck(folder)
    rolled_back = {}
    for name, version in base.tables.items():
        table = check.of(base.livemode, name)
        if table.damage(version) is not None:
            whole = table.last_whole(_versions_of(name, history))
            delta = folder.table(base.livemode, name)
            delta.replace_damaged_entries(version, table.damaged_entries(version))
            rolled_back[name] = delta.ready_for_load(whole).version()
            folder.make_durable(base.livemode, name, whole, rolled_back[name])
    return rolled_back


def _versions_of(table: str, history: Sequence[PinnedLedger]) -> set[int]:
    return {ledger.tables[table] for ledger in history if table in ledger.tables}
