"""All views of one database. Each view can be dropped and made again from the events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from application.views.access import AccountList, KeyList
from application.views.files import FileList
from application.views.ledgers import LedgerList
from application.views.runs import RunList


class Views(Protocol):
    """All views of one database, and how far in the log each has come."""

    @property
    def runs(self) -> RunList: ...

    @property
    def files(self) -> FileList: ...

    @property
    def keys(self) -> KeyList: ...

    @property
    def accounts(self) -> AccountList: ...

    @property
    def ledgers(self) -> LedgerList: ...

    def position(self) -> int:
        """The position that the slowest of these views has come to."""

    def unit_of_work(self) -> AbstractContextManager[UnitOfWork]:
        """Write, as the only writer: rows and positions become visible together at the end, or not at all.

        A turn taken within another, of these views or of their copy, is part of that one.
        """

    def fresh_copy(self, names: Sequence[str]) -> Views:
        """Empty copies of the named views beside these, at position 0: to be filled, made complete and put in place."""

    def complete(self) -> None:
        """Make a copy as quick to look things up in as these are: that costs least when most rows are there."""

    def replace_with(self, copy: Views) -> None:
        """Put the views of `copy` in place of these, rows and positions in one step; call it within a turn."""

    def drop(self) -> None:
        """Forget a copy that was not put in place; nothing to do for one that was."""


class UnitOfWork(Protocol):
    """One turn at writing views."""

    def positions(self) -> dict[str, int]:
        """View -> the position of the last event that it holds; 0 for none."""

    def advance(self, positions: Mapping[str, int]) -> None:
        """Say how far views have come."""
