"""The list of accounts: its row, its read and write protocols, and its projection."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import singledispatchmethod
from typing import Protocol

from application.projecting.projection import Projection, seconds
from domain.access.account import Account
from domain.aggregate import TextIdEvent


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account; `platform` is None for a platform."""

    id: str
    name: str
    platform: str | None
    created: int


class AccountList(Protocol):
    """Reads accounts."""

    async def get(self, id: str) -> AccountRow | None: ...

    async def all(self) -> Sequence[AccountRow]:
        """Every account, oldest first."""

    async def connected_to(self, platform: str, limit: int | None = None) -> Sequence[str]:
        """Ids of the accounts connected to a platform, in alphabetical order."""

    async def connected_among(self, platform: str, ids: Sequence[str]) -> Collection[str]:
        """Those of the ids that are accounts connected to a platform."""


class AccountListWriter(Protocol):
    """Writes accounts."""

    def add(self, row: AccountRow) -> None: ...


class AccountListProjection(Projection[AccountListWriter]):
    name = "accounts"

    @singledispatchmethod
    def apply(self, event: TextIdEvent, position: int) -> None:
        """Other events change nothing."""

    @apply.register
    def _(self, event: Account.Registered, position: int) -> None:
        self.view.add(
            AccountRow(id=event.originator_id, name=event.name, platform=event.platform, created=seconds(event))
        )
