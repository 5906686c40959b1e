"""What events have in common that make a new version of a ledger."""

from __future__ import annotations

from typing import Any, ClassVar

from domain.aggregate import TextIdAggregate
from domain.ledger.availability import windows_of


class NewVersion(TextIdAggregate.Event):
    """A new version of a ledger.

    tables    the versions that readers see after it
    windows   of the whole ledger: table -> `[start, end]` in Unix seconds
    snapshot  what all events so far say of each owner: the aggregate is loaded without older ones. None in most
    """

    TOPIC: ClassVar[str]

    tables: dict[str, int]
    windows: dict[str, list[int]]
    snapshot: dict[str, Any] | None

    def apply(self, aggregate: Any) -> None:
        aggregate.tables = self.tables
        aggregate.windows = windows_of(self.windows)
        if self.snapshot is not None:
            aggregate.snapshot_version = self.originator_version


class NewVersionOfOwner(NewVersion):
    """A new version that says something of an owner.

    owner                   an account; `ALL_ACCOUNTS` for what is said of every account
    owner_windows           like `windows`, of the owner
    owner_complete_through  the owner's last declared completeness date, in Unix seconds; None without one
    owner_complete_from     from when the owner's data was declared complete, in Unix seconds; None without one
    """

    owner: str
    owner_windows: dict[str, list[int]]
    owner_complete_through: int | None
    owner_complete_from: int | None

    def apply(self, aggregate: Any) -> None:
        super().apply(aggregate)
        aggregate.owners[self.owner] = windows_of(self.owner_windows)
        aggregate.complete_through[self.owner] = self.owner_complete_through
        aggregate.complete_from[self.owner] = self.owner_complete_from
