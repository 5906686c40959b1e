"""A caller is looked up once for all requests of one TTL; who is refused is looked up each time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from application.access.authentication import Authentication
from application.access.ttl_cache import SECONDS
from application.views.accounts import AccountRow
from application.views.api_keys import KeyRow
from domain.access.api_key import KeyKind, redact, secret_digest
from domain.errors import AccountRefused, ExpiredKey, UnknownKey
from tests.support.clock import StillClock

SECRET = "sk_test_0123456789abcdefghij"
NOON = datetime(2025, 1, 31, 12, tzinfo=UTC)
ENDS = int(NOON.timestamp()) + 60


class Keys:
    """One platform with a key and a connected account; look-ups of keys are counted."""

    def __init__(self) -> None:
        digest = secret_digest(SECRET)
        key = KeyRow("key_1", "acct_1", False, KeyKind.SECRET, digest, redact(SECRET), (), 0, expires_at=ENDS)
        self.keys = {digest: key}
        self.accounts = {"acct_1": AccountRow("acct_1", "", None, 0), "acct_2": AccountRow("acct_2", "", "acct_1", 0)}
        self.asked = 0
        self.clock = StillClock(NOON)
        self.authentication = Authentication(self.key_of, self.account, self.clock)

    async def key_of(self, digest: str) -> KeyRow | None:
        self.asked += 1
        return self.keys.get(digest)

    async def account(self, id: str) -> AccountRow | None:
        return self.accounts.get(id)


def test_a_caller_is_looked_up_once_for_each_account() -> None:
    async def story() -> None:
        keys = Keys()

        for _ in range(3):
            own = await keys.authentication.caller(SECRET)
            connected = await keys.authentication.caller(SECRET, "acct_2")

        assert (own.scope.account, own.acts_for_connected) == ("acct_1", False)
        assert (connected.scope.account, connected.acts_for_connected) == ("acct_2", True)
        assert keys.asked == 2

    asyncio.run(story())


def test_the_digest_of_a_secret_finds_the_same_caller() -> None:
    async def story() -> None:
        keys = Keys()

        assert await keys.authentication.caller_of_digest(secret_digest(SECRET)) == await keys.authentication.caller(
            SECRET
        )
        with pytest.raises(UnknownKey):
            await keys.authentication.caller_of_digest(secret_digest("sk_test_another"))

    asyncio.run(story())


def test_who_is_refused_gets_in_as_soon_as_there_is_a_key_or_an_account() -> None:
    async def story() -> None:
        keys = Keys()
        key, account = keys.keys.popitem(), keys.accounts.pop("acct_2")

        with pytest.raises(UnknownKey, match=r"sk_test_\*"):
            await keys.authentication.caller(SECRET)
        keys.keys.update([key])
        with pytest.raises(AccountRefused):
            await keys.authentication.caller(SECRET, "acct_2")
        keys.accounts["acct_2"] = account

        assert (await keys.authentication.caller(SECRET, "acct_2")).scope.account == "acct_2"

    asyncio.run(story())


def test_a_key_that_expires_is_refused_one_ttl_later_at_the_latest() -> None:
    async def story() -> None:
        keys = Keys()

        assert (await keys.authentication.caller(SECRET)).key_id == "key_1"
        keys.clock.move(60)
        await asyncio.sleep(SECONDS)

        for _ in range(2):
            with pytest.raises(ExpiredKey):
                await keys.authentication.caller(SECRET)
        assert keys.asked == 3

    asyncio.run(story())
