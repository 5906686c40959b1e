"""The list of API keys: its row, its read and write protocols, and its projection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatchmethod
from typing import Protocol

from application.log.damage import DamagedEvent
from application.projecting.projection import Projection, seconds
from domain.access.api_key import ApiKey
from domain.access.caller import Scope
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
    name: str = ""

    def has_ended(self, at: float) -> bool:
        """Whether it was revoked, or has expired. at: Unix seconds"""
        return self.revoked_at is not None or (self.expires_at is not None and self.expires_at <= at)


DAMAGED_AT = 0
"""`revoked_at` of a key that is refused because an event of it is damaged."""


class KeyList(Protocol):
    """Reads API keys of all accounts."""

    async def by_secret(self, secret_sha256: str) -> KeyRow | None:
        """The key with this digest of its secret."""

    async def by_id(self, id: str) -> KeyRow | None: ...

    async def of_account(self, scope: Scope, limit: int) -> Sequence[KeyRow]:
        """At most `limit` keys of an account in one mode, newest first."""

    async def all(self) -> Sequence[KeyRow]:
        """Every key, oldest first."""


class KeyListWriter(Protocol):
    """Writes API keys."""

    def add(self, row: KeyRow) -> None: ...

    def revoke(self, id: str, at: int) -> None: ...


class KeyListProjection(Projection[KeyListWriter]):
    name = "api_keys"

    @singledispatchmethod
    def apply(self, event: TextIdEvent, position: int) -> None:
        """Other events change nothing."""

    @apply.register
    def _(self, event: ApiKey.Created, position: int) -> None:
        self.view.add(
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
                name=event.name,
            )
        )

    @apply.register
    def _(self, event: ApiKey.Revoked, position: int) -> None:
        self.view.revoke(event.originator_id, seconds(event))

    @apply.register
    def _(self, event: DamagedEvent, position: int) -> None:
        """Refuse the key: what is damaged may have been its revocation."""
        self.view.revoke(event.originator_id, DAMAGED_AT)
