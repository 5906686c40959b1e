"""The clock is asked for keys that end, and for no others."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from application.access.authentication import Authentication
from application.views.accounts import AccountRow
from application.views.api_keys import KeyRow
from domain.errors import ExpiredKey
from tests.support.clock import NOON

ENDLESS = KeyRow("key_1", "acct_1", False, "secret", "digest", "sk_test_...1", (), 0)


class CountedClock:
    def __init__(self) -> None:
        self.asked = 0

    def now(self) -> datetime:
        self.asked += 1
        return NOON


def authentication_of(key: KeyRow, clock: CountedClock) -> Authentication:
    async def key_of(digest: str) -> KeyRow:
        return key

    async def account(id: str) -> AccountRow | None:
        return None

    return Authentication(key_of, account, clock)


def test_a_key_without_an_end_needs_no_look_at_the_clock() -> None:
    clock = CountedClock()

    caller = asyncio.run(authentication_of(ENDLESS, clock).caller("sk_test_1"))

    assert (caller.key_id, clock.asked) == ("key_1", 0)


@pytest.mark.parametrize("key", [replace(ENDLESS, expires_at=0), replace(ENDLESS, revoked_at=0)])
def test_a_key_that_has_ended_is_refused(key: KeyRow) -> None:
    clock = CountedClock()

    with pytest.raises(ExpiredKey):
        asyncio.run(authentication_of(key, clock).caller("sk_test_1"))

    assert clock.asked == 1
