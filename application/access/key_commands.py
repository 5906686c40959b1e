"""Commands on API keys and accounts that callers of a server give, each within the account and mode of its key."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from application.access import ttl_cache
from application.log.changes import Changes
from application.ports.clock import Clock
from application.runs.report_runs import Freshness
from application.views.accounts import AccountList
from application.views.api_keys import KeyList
from domain.access.account import Account
from domain.access.api_key import ApiKey, KeyKind
from domain.access.caller import OF_THE_OPERATOR, PERMISSIONS, Caller
from domain.errors import (
    InvalidParameter,
    NotAPlatform,
    NotFound,
    NotOneOf,
    SecretKeyNeeded,
    StoreUnavailable,
    request_parameter,
)

NOUN = "API key"


class NewKey(NamedTuple):
    """A key that is stored.

    secret   shown this once
    trouble  why it does not work yet: the views could not be written; "" when it does
    """

    id: str
    secret: str
    trouble: str = ""


class KeyCommands:
    """All of them need a secret key. Each is durable, and visible on every server, when it returns."""

    def __init__(
        self,
        *,
        changes: Changes,
        keys: KeyList,
        accounts: AccountList,
        views: Freshness,
        clock: Clock,
        is_of_operator: Callable[[Caller], Awaitable[bool]],
        wait: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._changes = changes
        self._keys = keys
        self._accounts = accounts
        self._views = views
        self._clock = clock
        self._is_of_operator = is_of_operator
        self._wait = wait

    async def permissions_from(self, caller: Caller) -> Sequence[str]:
        """Those that the caller can give to a restricted key: what reaches beyond an account is the operator's."""
        is_of_operator = await self._is_of_operator(caller)
        return [one for one in PERMISSIONS if is_of_operator or one not in OF_THE_OPERATOR]

    async def create(
        self, caller: Caller, permissions: Sequence[str] | None, *, name: str = "", expires_at: int | None = None
    ) -> NewKey:
        """A new key of the caller's account and mode.

        permissions  of a restricted key; None: a secret key

        Raises `SecretKeyNeeded`, or an `InvalidParameter`.
        """
        must_be_secret(caller)
        given = () if permissions is None else _checked(permissions, await self.permissions_from(caller))
        key, secret = ApiKey.create(
            caller.scope,
            actor=caller.actor,
            at=self._clock.now(),
            kind=KeyKind.SECRET if permissions is None else KeyKind.RESTRICTED,
            permissions=given,
            expires_at=expires_at,
            name=name,
        )
        await self._changes.store(key, lambda key: None)
        try:
            await self._show()
        except StoreUnavailable as trouble:  # nothing else has the secret
            return NewKey(key.id, secret, str(trouble))
        return NewKey(key.id, secret)

    async def revoke(self, caller: Caller, id: str) -> None:
        """Raises `SecretKeyNeeded`, `NotFound`, or an `InvalidParameter` for a key that has been revoked."""
        must_be_secret(caller)
        await self._views.caught_up()
        row = await self._keys.by_id(id)
        if row is None or (row.account, bool(row.livemode)) != caller.scope:
            raise NotFound(NOUN, id)

        def revoke(key: ApiKey) -> None:
            key.revoke(actor=caller.actor, at=self._clock.now())

        await self._changes.change(ApiKey, id, NOUN, revoke, lambda key: None)
        await self._show()

    async def connect_account(self, caller: Caller, name: str) -> str:
        """Register an account that is connected to the caller's, and give its id.

        Raises `SecretKeyNeeded`, or `NotAPlatform` for a caller of a connected account.
        """
        must_be_secret(caller)
        own = await self._accounts.get(caller.scope.account)
        if own is None or own.platform is not None:
            raise NotAPlatform(caller.scope.account)
        account = Account.register(actor=caller.actor, at=self._clock.now(), name=name, platform=caller.scope.account)
        await self._changes.store(account, lambda account: None)
        await self._show()
        return account.id

    async def _show(self) -> None:
        """As `show_everywhere`, in a server."""
        await self._views.caught_up()
        await self._wait(ttl_cache.SECONDS)


def must_be_secret(caller: Caller) -> None:
    """Raises `SecretKeyNeeded`."""
    if caller.permissions is not None:
        raise SecretKeyNeeded(caller.redacted)


def _checked(permissions: Sequence[str], offered: Sequence[str]) -> tuple[str, ...]:
    for permission in permissions:
        if permission not in PERMISSIONS:
            raise NotOneOf(request_parameter("permissions"), offered, permission)
        if permission not in offered:
            raise InvalidParameter(
                f"{permission} reaches beyond one account. Keys with it are made by the installation's first platform, "
                "or by `reportrun keys create`.",
                request_parameter("permissions"),
            )
    if not permissions:
        raise InvalidParameter("A restricted key needs a permission at least.", request_parameter("permissions"))
    return tuple(dict.fromkeys(permissions))
