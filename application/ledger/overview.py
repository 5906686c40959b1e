"""What a ledger holds: its versions, its tables, and for which time each account has data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from application.access.ledger_access import LedgerFacts
from application.ledger.availability import AvailabilityQuery
from application.ledger.versions import new_versions
from application.log.event_store import EventStore
from application.ports.ledger import LedgerStatistics
from domain.access.caller import Scope
from domain.ledger.availability import ALL_ACCOUNTS, DataWindow, window_around, windows_of
from domain.ledger.ledger import Ledger
from domain.ledger.loaded_file import is_bookkeeping
from domain.ledger.new_version import NewVersion, NewVersionOfOwner
from domain.ledger.tables import WINDOWED

EVERYTHING = LedgerFacts()


@dataclass(frozen=True, slots=True)
class LedgerChange:
    """One version of a ledger, by the event that made it.

    topic    of the event
    owner    an account, or `ALL_ACCOUNTS`
    files    names, in the order of the load; none for a repair, and for what is no load
    unread   columns of the files that nothing reads, without the bookkeeping of connectors
    window   around the data of all tables after it; None without any
    """

    version: int
    topic: str
    at: datetime
    actor: str
    owner: str
    files: tuple[str, ...]
    rows: int
    inserted: int
    updated: int
    unread: tuple[str, ...]
    window: DataWindow | None


@dataclass(frozen=True, slots=True)
class TableSize:
    """version  of the table; rows  None when it cannot be read"""

    table: str
    version: int
    rows: int | None


@dataclass(frozen=True, slots=True)
class AccountWindow:
    """The window in which requests may ask for a table of an account, and what was declared of the account."""

    account: str
    table: str
    window: DataWindow
    complete_from: int | None
    complete_through: int | None


class LedgerHistory:
    """What events tell of one mode's ledger, without its files. Raises `RecordDamaged` for an event that cannot be
    decoded."""

    def __init__(self, events: EventStore, availability: AvailabilityQuery) -> None:
        self._events = events
        self._availability = availability

    def changes(self, livemode: bool) -> list[LedgerChange]:
        """Every version, oldest first."""
        if self._ledger(livemode) is None:
            return []
        return [_change(event) for event in new_versions(self._events, livemode)]

    def newest_changes(self, livemode: bool, most: int, facts: LedgerFacts = EVERYTHING) -> list[LedgerChange]:
        """At most so many versions, newest first, of the accounts that a key may know of."""
        events = self._events.newest_first(Ledger.id_of(livemode))
        known = (event for event in events if isinstance(event, NewVersion) and facts.has_version_of(_owner_of(event)))
        return [_change(event) for event in islice(known, most)]

    def kept_from(self, livemode: bool) -> int:
        """The first version that was not vacuumed."""
        ledger = self._ledger(livemode)
        return Ledger.INITIAL_VERSION if ledger is None else ledger.kept_from

    def owners(self, livemode: bool) -> list[str]:
        """The accounts that something was loaded for or declared of, and `ALL_ACCOUNTS` where that was of all."""
        ledger = self._ledger(livemode)
        return [] if ledger is None else sorted(ledger.owners)

    async def windows(self, livemode: bool, facts: LedgerFacts = EVERYTHING) -> list[AccountWindow]:
        """Of each account that something was loaded for or declared of, by table; first those of all accounts."""
        ledger = self._ledger(livemode)
        if ledger is None:
            return []
        owners = sorted(ledger.owners if facts.accounts is None else facts.accounts)
        return [window for owner in owners for window in await self._of_owner(ledger, owner)]

    async def _of_owner(self, ledger: Ledger, owner: str) -> Sequence[AccountWindow]:
        declared = (ledger.complete_from.get(owner), ledger.complete_through.get(owner))
        if owner == ALL_ACCOUNTS:
            windows = ledger.owners[owner]
        else:
            data = await self._availability.of_account(Scope(owner, ledger.livemode))
            found = {table: data.of_table(table) for table in WINDOWED}
            windows = {table: both[0] for table, both in found.items() if both is not None}
        return [AccountWindow(owner, table, window, *declared) for table, window in windows.items()]

    def _ledger(self, livemode: bool) -> Ledger | None:
        return self._events.find(Ledger, Ledger.id_of(livemode))


class LedgerOverview(LedgerHistory):
    """Describes one mode's ledger, with the sizes of its tables."""

    def __init__(self, events: EventStore, statistics: LedgerStatistics, availability: AvailabilityQuery) -> None:
        super().__init__(events, availability)
        self._statistics = statistics

    def tables(self, livemode: bool) -> list[TableSize]:
        ledger = self._ledger(livemode)
        if ledger is None:
            return []
        pinned = ledger.pinned()
        return [
            TableSize(table, version, self._statistics.rows(pinned, table)) for table, version in ledger.tables.items()
        ]


def _change(event: NewVersion) -> LedgerChange:
    files: Sequence[dict[str, Any]] = event.files if isinstance(event, Ledger.Loaded) else ()
    unread = [column for file in files for column in file.get("unread", ()) if not is_bookkeeping(column)]

    def total(count: str) -> int:
        return sum(int(file[count]) for file in files)

    return LedgerChange(
        version=event.originator_version,
        topic=event.TOPIC,
        at=event.timestamp,
        actor=event.actor,
        owner=_owner_of(event),
        files=tuple(dict.fromkeys(str(file["file"]) for file in files)),
        rows=total("rows"),
        inserted=total("inserted"),
        updated=total("updated"),
        unread=tuple(dict.fromkeys(unread)),
        window=window_around(windows_of(event.windows)),
    )


def _owner_of(event: NewVersion) -> str:
    return event.owner if isinstance(event, NewVersionOfOwner) else ALL_ACCOUNTS
