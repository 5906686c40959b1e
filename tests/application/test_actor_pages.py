"""What one actor did, in pages that each look through a bounded part of the log."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from application.history import actor_pages
from application.history.actor_pages import ActorPages
from application.history.actor_trail import Deed, Selection, trail
from domain.access.account import Account
from domain.access.api_key import ApiKey
from domain.access.caller import Caller, Scope
from domain.errors import NotFound
from interfaces.composition.stores import Stores
from tests.support.clock import NOON
from tests.support.stores import stores_in

SCOPE = Scope("acct_1", livemode=False)

AUDITOR = Caller(SCOPE, "key_a", "rk_test_***", frozenset({"audit_read"}))

SECRET = Caller(SCOPE, "key_s", "sk_test_***")


def filled(stores: Stores, actor: str, count: int = 9) -> None:
    """Accounts, every third one by the actor; the others have its name as their own."""
    for number in range(count):
        by = actor if number % 3 == 0 else "cli:other"
        stores.events.save(Account.register(actor=by, at=NOON, name=actor, id=f"acct_{number}"))


def every_page(stores: Stores, actor: str, caller: Caller = AUDITOR) -> list[list[Deed]]:
    pages, before = [], None
    shown = ActorPages(stores.events, stores.views.keys)
    while True:
        page = asyncio.run(shown.page(caller, actor, before))
        pages.append(list(page.deeds))
        if (before := page.before) is None:
            return pages


@pytest.mark.parametrize("actor", ["key_1", "user:bärbel@example.com", 'cli:"quoted"', "worker:a:1"])
@pytest.mark.parametrize(("deeds", "searched", "batch"), [(100, 200_000, 2_000), (1, 100, 4), (2, 2, 1), (5, 3, 2)])
def test_pages_have_every_deed_once_newest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, actor: str, deeds: int, searched: int, batch: int
) -> None:
    for name, value in (("PAGE_DEEDS", deeds), ("MOST_SEARCHED", searched), ("BATCH_EVENTS", batch)):
        monkeypatch.setattr(actor_pages, name, value)
    with stores_in(tmp_path) as stores:
        filled(stores, actor)
        pages = every_page(stores, actor)
        expected = list(trail(stores.events, Selection(actor)))[::-1]

    assert [deed for page in pages for deed in page] == expected
    assert len(expected) == 3
    assert max(map(len, pages)) <= deeds


def test_a_page_looks_through_a_part_of_the_log_and_says_where_the_next_one_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actor_pages, "MOST_SEARCHED", 4)
    with stores_in(tmp_path) as stores:
        filled(stores, "key_1")
        page = asyncio.run(ActorPages(stores.events, stores.views.keys).page(AUDITOR, "key_2"))

    assert page == ([], 6)


def test_a_secret_key_follows_the_keys_of_its_account_and_mode_alone(tmp_path: Path) -> None:
    with stores_in(tmp_path) as stores:
        made = {
            name: ApiKey.create(scope, actor="cli:alice", at=NOON)[0]
            for name, scope in (("own", SCOPE), ("live", Scope("acct_1", True)), ("other", Scope("acct_2", False)))
        }
        stores.events.save(*made.values())
        stores.projector.catch_up()
        own = every_page(stores, made["own"].id, SECRET)

        for actor in (made["live"].id, made["other"].id, "cli:alice", "worker"):
            with pytest.raises(NotFound, match=f"No such API key: '{actor}'"):
                every_page(stores, actor, SECRET)
        assert [deed.touched for deed in every_page(stores, "cli:alice")[0]] == [key.id for key in made.values()][::-1]

    assert own == [[]]
