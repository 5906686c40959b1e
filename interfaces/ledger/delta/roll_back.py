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
    for name in set(tables):
        folder.table(base.livemode, name).set_broken_checkpoints_aside()
        if not is_damaged(folder, base, name):
            continue
        check = _quick_check(folder, base, name)
        folder.table(base.livemode, name).replace_damaged_entries(readable[name])
        whole = check.last_whole(_versions_of(name, history()))
        del readable[name]
        readable |= {} if whole is None else {name: whole}
    return replace(base, tables=readable)


def is_damaged(folder: LedgerFolder, ledger: PinnedLedger, table: str) -> bool:
    """Whether a table of a local folder cannot be read, by presence and size of its files."""
    version = ledger.tables.get(table)
    return (
        version is not None and not folder.is_bucket and _quick_check(folder, ledger, table).damage(version) is not None
    )


def roll_back(folder: LedgerFolder, base: PinnedLedger, history: Sequence[PinnedLedger]) -> dict[str, int]:
    """Give every table that cannot be read a new version with the contents of its last version that can."""
    check = DeltaLedgerCheck(folder, digests=True)
    rolled_back = {}
    for name, version in base.tables.items():
        folder.table(base.livemode, name).set_broken_checkpoints_aside()
        table = check.of(base.livemode, name)
        if table.damage(version) is not None:
            whole = table.last_whole(_versions_of(name, history))
            delta = folder.table(base.livemode, name)
            delta.replace_damaged_entries(version, table.damaged_entries(version))
            rolled_back[name] = delta.ready_for_load(whole).version()
            folder.make_durable(base.livemode, name, whole, rolled_back[name])
    return rolled_back


def _quick_check(folder: LedgerFolder, ledger: PinnedLedger, table: str) -> TableCheck:
    return TableCheck(folder.uri(ledger.livemode, table), folder.files, digests=False)


def _versions_of(table: str, history: Sequence[PinnedLedger]) -> set[int]:
    return {ledger.tables[table] for ledger in history if table in ledger.tables}
