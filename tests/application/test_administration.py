"""Accounts are connected all at once, and each once."""

from __future__ import annotations

import asyncio

import pytest

from application.access.administration import Administration
from domain.errors import InvalidParameter
from interfaces.host.clock import SystemClock
from interfaces.testing.memory.store import open_memory


def test_many_accounts_are_connected_and_shown_at_once() -> None:
    shown: list[int] = []
    stores = open_memory()
    admin = Administration(stores.events, SystemClock(), "cli:test", lambda: shown.append(stores.projector.catch_up()))
    platform = admin.platform()
    shown.clear()

    admin.connect_accounts({"acct_one", "acct_two", platform})
    admin.connect_accounts({"acct_two", "acct_one"})
    admin.connect_accounts({"acct_two", "acct_three"})

    assert asyncio.run(stores.views.accounts.connected_to(platform)) == ["acct_one", "acct_three", "acct_two"]
    assert len(shown) == 2


def test_a_connected_account_cannot_be_a_platform() -> None:
    stores = open_memory()
    admin = Administration(stores.events, SystemClock(), "cli:test", stores.projector.catch_up)
    platform = admin.register_account(name="", platform=None)
    connected = admin.register_account(name="", platform=platform)

    with pytest.raises(InvalidParameter, match=f"{connected} is connected to {platform}, so it cannot be a platform"):
        admin.register_account(name="", platform=connected)

    assert len(asyncio.run(stores.views.accounts.all())) == 2
