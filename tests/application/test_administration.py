"""Accounts are connected all at once, and each once."""

from __future__ import annotations

import asyncio

from application.access.administration import Administration
from interfaces.host.clock import SystemClock
from interfaces.testing.memory.store import open_memory


def test_many_accounts_are_connected_and_shown_at_once():
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
