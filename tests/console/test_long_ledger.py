"""The page of a ledger with many versions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from domain.access.api_key import KeyKind
from domain.access.caller import Scope
from domain.ledger.ledger import Ledger
from interfaces.composition.commands import administration
from interfaces.composition.installation import Installation
from interfaces.console.pages.ledger.ledger_pages import MOST_VERSIONS
from interfaces.settings import Settings
from tests.console.conftest import visitors_of
from tests.support.clock import NOON
from tests.support.small_ledger import JANUARY_START

VERSIONS = 1_000


def save_ledger(store: Installation, account: str) -> None:
    """One whose data was declared complete a second further each time."""
    ledger = Ledger.open(livemode=False, actor="cli:me", at=NOON)
    for version in range(VERSIONS - 1):
        ledger.declare_complete(
            owner=account,
            created={"payouts": (JANUARY_START, JANUARY_START + 1)},
            complete_through=JANUARY_START + 2 + version,
            complete_from=JANUARY_START,
            actor="cli:me",
            at=NOON,
        )
    store.stores.events.save(ledger)
    store.stores.projector.catch_up()


def test_the_newest_versions_are_shown_and_the_others_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Installation(Settings(data=tmp_path)) as store:
        admin = administration(store)
        account = admin.platform()
        _, secret = admin.create_key(Scope(account, livemode=False), KeyKind.SECRET, (), None)
        save_ledger(store, account)
        recorder, read = store.stores.events.recorder, 0
        select = recorder.select_events

        def counting(*id: Any, **bounds: Any) -> Sequence[Any]:
            nonlocal read
            found = select(*id, **bounds)
            read += len(found)
            return found

        with visitors_of(store) as new_visitor:
            visitor = new_visitor()
            visitor.sign_in(secret)
            monkeypatch.setattr(recorder, "select_events", counting)
            page = visitor.get("/console/ledger").text

    shown = [int(version) for version in re.findall(r"<tr><td>(\d+)</td>", page)]
    assert shown == list(range(VERSIONS, VERSIONS - MOST_VERSIONS, -1))
    assert "There are more; <code>reportrun ledger versions</code> lists them all." in page
    assert read < 500
