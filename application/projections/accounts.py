"""Who there is: accounts and their keys."""

from __future__ import annotations

from functools import singledispatchmethod

from application.projections.projection import Projection, seconds
from application.views import AccountRow, KeyRow
from domain.account import Account
from domain.aggregate import TextIdEvent
from domain.api_key import ApiKey


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
