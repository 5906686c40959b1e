"""Authentication: from the secret of a request to its caller."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from application.access.ttl_cache import TtlCache
from application.ports.clock import Clock
from application.views.accounts import AccountRow
from application.views.api_keys import KeyRow
from domain.access.api_key import KeyKind, redact, secret_digest
from domain.access.caller import Caller, Scope
from domain.errors import AccountRefused, ExpiredKey, NoKeyGiven, NotAPlatform, PublishableKeyGiven, UnknownKey


class Authentication:
    """Looks a key up by the digest of its secret, so that secrets are never compared byte by byte.

    Callers are cached for one TTL, so a key may work that much longer than until it expires.
    """

    def __init__(
        self,
        key_of: Callable[[str], Awaitable[KeyRow | None]],
        account: Callable[[str], Awaitable[AccountRow | None]],
        clock: Clock,
    ) -> None:
        """key_of   looks up a key by its secret's digest
        account  looks up an account by its id
        """
        self._key_of = key_of
        self._account_row = account
        self._clock = clock
        self._callers = TtlCache(self._look_up)

    async def caller(self, secret: str | None, on_behalf_of: str | None = None) -> Caller:
        """The caller that a secret authenticates.

        on_behalf_of  a connected account of the key's platform, to act in its place

        Raises a `KeyRefused` that shows no more of the secret than its ends.
        """
        if not secret:
            raise NoKeyGiven
        caller = await self._callers((secret_digest(secret), on_behalf_of))
        if caller is None:
            raise UnknownKey(redact(secret))
        return caller

    async def caller_of_digest(self, secret_sha256: str) -> Caller:
        """The caller that a secret with this digest authenticates. Raises a `KeyRefused`."""
        caller = await self._callers((secret_sha256, None))
        if caller is None:
            raise UnknownKey(redact(""))
        return caller

    async def _look_up(self, sought: tuple[str, str | None]) -> Caller | None:
        """sought  the digest of a secret, and the account to act in the place of"""
        digest, on_behalf_of = sought
        key = await self._key_of(digest)
        if key is None:
            return None
        _must_be_good(key, self._clock)
        account = key.account if on_behalf_of is None else await self._account(key, on_behalf_of)
        return _caller(key, account)

    async def _account(self, key: KeyRow, id: str) -> str:
        if id == key.account:
            return id
        own = await self._account_row(key.account)
        if own is not None and own.platform is not None:
            raise NotAPlatform(own.id)
        account = await self._account_row(id)
        if account is None or account.platform != key.account:
            raise AccountRefused(key.redacted, id)
        return account.id


def _must_be_good(key: KeyRow, clock: Clock) -> None:
    if key.has_ended(clock.now().timestamp()):
        raise ExpiredKey(key.redacted)
    if key.kind == KeyKind.PUBLISHABLE:
        raise PublishableKeyGiven


def _caller(key: KeyRow, account: str) -> Caller:
    permissions = frozenset(key.permissions) if key.kind == KeyKind.RESTRICTED else None
    return Caller(Scope(account, key.livemode), key.id, key.redacted, permissions, account != key.account)
