"""Which report types a caller is offered, and what is said of those that it is not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest

from application.report_types import Known, ReportTypes
from application.views import LedgerRow
from domain.caller import Scope
from domain.data_window import DataWindow
from domain.errors import (
    LiveModeOnly,
    NoConnectedAccounts,
    NoLedgerData,
    NotFound,
    NotRunnableHere,
    ReferenceNotFound,
)
from domain.ledger import EVERYBODY, WHOLE
from domain.report_types import ReportType, catalogue

TEST = Scope("acct_1", livemode=False)
SUMMARY = "balance.summary.1"
TWIN = "connected_account_balance.summary.1"
LIVE_ONLY = "payouts.itemized.3"


DAY = 86_400

ROWS = {
    "acct_shop": LedgerRow(False, "acct_shop", 2, {"balance_transactions": DataWindow(3 * DAY, 5 * DAY)}, updated=2),
    EVERYBODY: LedgerRow(False, EVERYBODY, 1, {"balance_transactions": DataWindow(2 * DAY, 4 * DAY)}, updated=1),
    WHOLE: LedgerRow(
        False,
        WHOLE,
        3,
        {"balance_transactions": DataWindow(0, 9 * DAY), "revenue_entries": DataWindow(DAY, 2 * DAY)},
        updated=3,
    ),
}


async def known_of(scope: Scope) -> Known:
    """One ledger with balance transactions and revenue entries in test mode, loaded for another account."""
    return Known.of([] if scope.livemode else [ROWS[WHOLE]])


async def one_connected_to(platform: str) -> Sequence[str]:
    """A platform, and its one connected account."""
    return ["acct_shop"] if platform == "acct_platform" else []


def offered(can_run: Callable[[ReportType], bool] = lambda one: True) -> ReportTypes:
    return ReportTypes(catalogue().with_live_only([LIVE_ONLY]), can_run, known_of, one_connected_to)


def refusal(types: ReportTypes, scope: Scope, id: str) -> str:
    with pytest.raises((LiveModeOnly, NoConnectedAccounts, NoLedgerData, NotRunnableHere, ReferenceNotFound)) as raised:
        asyncio.run(types.to_run(scope, id))
    assert raised.value.param == "report_type"
    return str(raised.value)


def test_a_type_that_nobody_knows_is_not_found() -> None:
    assert refusal(offered(), TEST, "wat.1") == "No such report type: 'wat.1'"


def test_a_type_that_cannot_be_computed_here_is_refused_with_the_reason() -> None:
    types = offered(lambda one: one.id != SUMMARY)

    assert refusal(types, TEST, SUMMARY) == (
        f"The report type {SUMMARY} is known, but this installation cannot compute it."
    )
    assert SUMMARY not in [offer.report_type.id for offer in asyncio.run(types.all(TEST))]


def test_a_live_only_type_says_which_key_it_needs() -> None:
    assert "live-mode API key" in refusal(offered(), TEST, LIVE_ONLY)


def test_an_empty_ledger_is_told_from_an_unknown_type() -> None:
    assert refusal(offered(), Scope("acct_1", livemode=True), SUMMARY) == (
        f"The report type {SUMMARY} has no data in live mode yet: nothing was loaded into the ledger's table "
        "balance_transactions, or nothing for this account."
    )


def test_a_type_is_offered_from_when_until_when_its_own_table_has_rows() -> None:
    offers = {offer.report_type.id: offer.window for offer in asyncio.run(offered().all(TEST))}

    assert offers[SUMMARY] == DataWindow(0, 9 * DAY)
    assert offers["revenue_recognition.debit_credit_summary.1"] == DataWindow(DAY, 2 * DAY)
    assert "tax.transactions.itemized.2" not in offers
    assert "nothing was loaded into the ledger's table tax_transactions" in refusal(
        offered(), TEST, "tax.transactions.itemized.2"
    )


@pytest.mark.parametrize(
    ("loaded_for", "window", "updated"),
    [
        ({"acct_shop"}, DataWindow(3 * DAY, 5 * DAY), 2),
        ({EVERYBODY}, DataWindow(2 * DAY, 4 * DAY), 1),
        ({"acct_shop", EVERYBODY}, DataWindow(2 * DAY, 5 * DAY), 2),
        (set(), DataWindow(0, 9 * DAY), 3),
    ],
)
def test_an_account_is_offered_what_was_loaded_for_it_and_for_everybody(
    loaded_for: set[str], window: DataWindow, updated: int
) -> None:
    async def about(scope: Scope) -> Known:
        return Known.of([ROWS[owner] for owner in (*loaded_for, WHOLE)])

    shop = Scope("acct_shop", livemode=False)
    types = ReportTypes(catalogue(), lambda one: True, about, one_connected_to)

    offer = asyncio.run(types.to_run(shop, SUMMARY))

    assert (offer.window, offer.updated) == (window, updated)
    assert asyncio.run(types.window_of(shop, offer.report_type)) == window


def test_a_type_is_not_offered_to_an_account_that_only_other_tables_were_loaded_for() -> None:
    async def about(scope: Scope) -> Known:
        return Known.of([ROWS["acct_shop"], ROWS[WHOLE]])

    types = ReportTypes(catalogue(), lambda one: True, about, one_connected_to)

    assert "or nothing for this account" in refusal(types, TEST, "revenue_recognition.debit_credit_summary.1")


def test_a_type_about_connected_accounts_is_for_platforms_that_have_some() -> None:
    types, platform = offered(), Scope("acct_platform", livemode=False)

    assert asyncio.run(types.to_run(platform, TWIN)).report_type.id == TWIN
    assert refusal(types, TEST, TWIN) == f"The report type {TWIN} is about connected accounts, and 'acct_1' has none."
    assert TWIN in [offer.report_type.id for offer in asyncio.run(types.all(platform))]
    assert TWIN not in [offer.report_type.id for offer in asyncio.run(types.all(TEST))]


@pytest.mark.parametrize("id", ["wat.1", TWIN, LIVE_ONLY])
def test_what_cannot_be_run_cannot_be_looked_up(id: str) -> None:
    with pytest.raises(NotFound, match="No such report type"):
        asyncio.run(offered().get(TEST, id))
