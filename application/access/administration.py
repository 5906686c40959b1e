"""Commands of the operator on accounts and API keys."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from eventsourcing.persistence import IntegrityError

from application.log.damage import RecordDamaged
from application.log.event_store import EventStore
from application.ports.clock import Clock
from domain.access.account import Account, Installation
from domain.access.api_key import ApiKey, KeyKind
from domain.access.caller import Scope
from domain.errors import InvalidParameter, NotFound, request_parameter


class Administration:
    """Each command is durable and visible in the views when it returns."""

    def __init__(self, events: EventStore, clock: Clock, actor: str, show: Callable[[], object]) -> None:
        """show  makes what was stored visible on every server"""
        self._events = events
        self._clock = clock
        self._actor = actor
        self._show = show

    def platform(self) -> str:
        """The id of the first platform account, which is created when missing."""
        installation = self._events.find(Installation, Installation.ID)
        if installation is not None:
            return installation.account
        account = Account.register(actor=self._actor, at=self._clock.now(), name="Platform")
        founded = Installation.found(account=account.id, actor=self._actor, at=self._clock.now())
        try:
            self._events.save(founded, account)
        except IntegrityError:  # a concurrent process founded it
            return self.platform()
        self._show()
        return account.id

    def register_account(self, *, name: str, platform: str | None, id: str | None = None) -> str:
        """A new platform, or an account connected to `platform`; gives its id."""
        if platform is not None:
            self._must_be_platform(platform)
        account = Account.register(actor=self._actor, at=self._clock.now(), name=name, platform=platform, id=id)
        self._events.save(account)
        self._show()
        return account.id

    def connect_accounts(self, ids: Collection[str]) -> Sequence[str]:
        """Register the accounts that are new under the platform, in one transaction, and give their ids."""
        platform, now = self.platform(), self._clock.now()
        new = [
            Account.register(actor=self._actor, at=now, name="", platform=platform, id=id)
            for id in sorted(ids)
            if not self._exists(id)
        ]
        try:
            self._events.save(*new)
        except IntegrityError:  # a concurrent load in the other mode registered one of them
            return self.connect_accounts(ids)
        if new:
            self._show()
        return [account.id for account in new]

    def _exists(self, account: str) -> bool:
        """Whether an account is registered; one that is damaged is, too."""
        try:
            return self._events.find(Account, account) is not None
        except RecordDamaged:
            return True

    def must_exist(self, account: str) -> None:
        if self._events.find(Account, account) is None:
            raise NotFound("account", account)

    def _must_be_platform(self, id: str) -> None:
        account = self._events.find(Account, id)
        if account is None:
            raise NotFound("account", id)
        if account.platform is not None:
            raise InvalidParameter(
                f"{id} is connected to {account.platform}, so it cannot be a platform. Name {account.platform}, or "
                "leave the platform out for a new one.",
                request_parameter("platform"),
            )

    def create_key(
        self,
        scope: Scope,
        kind: KeyKind,
        permissions: tuple[str, ...],
        expires_at: int | None,
        name: str = "",
        stored: Callable[[str, str], None] = lambda key, secret: None,
    ) -> tuple[str, str]:
        """A new key: its id, and its secret, which cannot be shown again.

        name    who or what uses it
        stored  called with both once the key is stored, and before anything else can fail
        """
        self.must_exist(scope.account)
        key, secret = ApiKey.create(
            scope,
            actor=self._actor,
            at=self._clock.now(),
            kind=kind,
            permissions=permissions,
            expires_at=expires_at,
            name=name,
        )
        self._events.save(key)
        stored(key.id, secret)
        self._show()
        return key.id, secret

    def revoke_key(self, id: str) -> None:
        """Raises `NotFound` for an unknown key id."""
        key = self._events.find(ApiKey, id)
        if key is None:
            raise NotFound("API key", id)
        key.revoke(actor=self._actor, at=self._clock.now())
        self._events.save(key)
        self._show()
