"""What a form offers of the rows of a ledger, with answers that are kept in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from application.ledger.ledger_choices import LedgerChoices
from application.ports.ledger import FoundPayout
from domain.ledger.ledger import PinnedLedger
from domain.report_types import catalogue
from interfaces.testing.memory.store import open_memory
from tests.support.runs import SCOPE


class Search:
    """Finds euros, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def currencies(self, ledger: PinnedLedger, table: str, accounts: Sequence[str]) -> Sequence[str]:
        self.asked += 1
        return ["eur"]

    def payouts(self, ledger: PinnedLedger, account: str, text: str, most: int) -> Sequence[FoundPayout]:
        return []


@pytest.mark.parametrize(("most_kept", "asked"), [(256, 1), (0, 2)])
def test_an_answer_is_given_though_its_entry_was_removed_meanwhile(
    monkeypatch: pytest.MonkeyPatch, most_kept: int, asked: int
) -> None:
    monkeypatch.setattr("application.ledger.ledger_choices.MOST_KEPT", most_kept)
    stores, search = open_memory(), Search()
    choices = LedgerChoices(stores.events, search, stores.views.accounts)
    report_type = next(iter(catalogue()))

    found = [asyncio.run(choices.currencies(SCOPE, report_type)) for _ in range(2)]

    assert (found, search.asked) == ([["eur"], ["eur"]], asked)
