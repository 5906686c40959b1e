"""The lists of accounts and of API keys: their rows, what is asked of them, and their projections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatchmethod
from typing import Protocol

from application.projecting.projection import Projection, seconds
from domain.access.account import Account
from domain.access.api_key import ApiKey
from domain.aggregate import TextIdEvent


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One API key. Times are Unix seconds; `permissions` is empty for a key that is not restricted."""

    id: str
    account: str
    livemode: bool
    kind: str
    secret_sha256: str
    redacted: str
    permissions: tuple[str, ...]
    created: int
    expires_at: int | None = None
    revoked_at: int | None = None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account; `platform` is None for a platform."""

    id: str
    name: str
    platform: str | None
    created: int


class KeyList(Protocol):
    """Every API key, found by the digest of its secret."""

    async def by_secret(self, secret_sha256: str) -> KeyRow | None: ...

    async def all(self) -> Sequence[KeyRow]: ...

    def add(self, row: KeyRow) -> None: ...

    def revoke(self, id: str, at: int) -> None: ...


class AccountList(Protocol):
    """Every account, oldest first."""

    async def get(self, id: str) -> AccountRow | None: ...

    async def all(self) -> Sequence[AccountRow]: ...

    async def connected_to(self, platform: str, limit: int | None = None) -> Sequence[str]:
        """Ids of the accounts that are connected to a platform, in their own order; all of them unless told."""

    def add(self, row: AccountRow) -> None: ...


class AccountListProjection(Projection):
    name = "accounts"

    @singledispatchmethod
    def apply(self, event: TextIdEvent, position: int) -> None:
        """Events of other aggregates change nothing here."""

    @apply.register
    def _(self, event: Account.Registered, position: int) -> None:
        self.views.accounts.add(
            AccountRow(id=event.originator_id, name=event.name, platform=event.platform, created=seconds(event))
        )


class KeyListProjection(Projection):
    name = "api_keys"

    @singledispatchmethod
    def apply(self, event: TextIdEvent, position: int) -> None:
        """Events of other aggregates change nothing here."""

    @apply.register
    def _(self, event: ApiKey.Created, position: int) -> None:
        self.views.keys.add(
            KeyRow(
                id=event.originator_id,
                account=event.account,
                livemode=event.livemode,
                kind=event.kind,
                secret_sha256=event.secret_sha256,
                redacted=event.redacted,
                permissions=tuple(event.permissions),
                created=seconds(event),
                expires_at=event.expires_at,
            )
        )

    @apply.register
    def _(self, event: ApiKey.Revoked, position: int) -> None:
        self.views.keys.revoke(event.originator_id, seconds(event))
