"""The history of data windows: its row, its read and write protocols, and its projection."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatchmethod
from typing import NamedTuple, Protocol

from application.projecting.projection import Projection, seconds
from domain.access.caller import Scope
from domain.aggregate import TextIdEvent
from domain.ledger.availability import WHOLE_LEDGER, DataWindow, TableAvailability, windows_of
from domain.ledger.ledger import Ledger


class WindowRow(NamedTuple):
    """Availability of one table for one owner, after a load or a declaration of completeness that changed it.

    position        of that event in the log; ledger_version: the version that it made
    owner           an account, `ALL_ACCOUNTS` or `WHOLE_LEDGER`
    created         time of the event; that and the window's ends are Unix seconds
    """

    position: int
    livemode: bool
    owner: str
    report_table: str
    ledger_version: int
    window_start: int
    window_end: int
    complete_through: int | None
    created: int

    @property
    def data(self) -> TableAvailability:
        window = DataWindow.of(self.window_start, self.window_end)
        return TableAvailability(window, self.complete_through, self.created)


class WindowHistory(Protocol):
    """Reads rows in the order of the log: those since an instant, and the last before it of each owner and table."""

    async def of_account(self, scope: Scope, since: int) -> Sequence[WindowRow]:
        """Rows of the scope's account, of `ALL_ACCOUNTS` and of `WHOLE_LEDGER`."""

    async def of_connected_accounts(self, platform: Scope, since: int) -> Sequence[WindowRow]:
        """Rows of the accounts that are connected to a platform."""

    async def last_position(self, livemode: bool) -> int:
        """The position of the newest row; 0 when there is none."""


class WindowHistoryWriter(Protocol):
    """Writes the history."""

    def put(self, row: WindowRow) -> None:
        """Add a row, unless the last one of its mode, owner and table says the same."""


class WindowHistoryProjection(Projection[WindowHistoryWriter]):
    name = "data_windows"

    @singledispatchmethod
    def apply(self, event: TextIdEvent, position: int) -> None:
        """Other events change nothing."""

    @apply.register(Ledger.Loaded)
    @apply.register(Ledger.CompletenessDeclared)
    def _(self, event: Ledger.Loaded | Ledger.CompletenessDeclared, position: int) -> None:
        for owner, windows, complete_through in (
            (event.owner, event.owner_windows, event.owner_complete_through),
            (WHOLE_LEDGER, event.windows, None),
        ):
            for table, window in windows_of(windows).items():
                data = TableAvailability.from_load(window, complete_through, seconds(event))
                self.view.put(
                    WindowRow(
                        position=position,
                        livemode=event.originator_id == Ledger.id_of(livemode=True),
                        owner=owner,
                        report_table=table,
                        ledger_version=event.originator_version,
                        window_start=data.window.start,
                        window_end=data.window.end,
                        complete_through=data.complete_through,
                        created=seconds(event),
                    )
                )
