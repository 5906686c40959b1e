"""Report types: those that a caller is offered, and the errors for those that it is not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

import pytest

from application.ledger.availability import AvailabilityQuery
from application.runs.report_types import ReportTypes
from application.views.accounts import AccountRow
from application.views.ledgers import LedgerRow
from domain.access.caller import Scope
from domain.errors import (
    NotFound,
    ReferenceNotFound,
    ReportTypeCannotRun,
)
from domain.ledger.availability import ALL_ACCOUNTS, WHOLE_LEDGER, DataWindow, TableAvailability
from domain.report_types import ReportType, catalogue
from interfaces.testing.memory.store import open_memory

TEST = Scope("acct_1", livemode=False)
PLATFORM = Scope("acct_platform", livemode=False)
SUMMARY = "balance.summary.1"
TWIN = "connected_account_balance.summary.1"
LIVE_ONLY = "payouts.itemized.3"

DAY = 86_400
TRANSACTIONS = "balance_transactions"

Owners = Mapping[str, Mapping[str, TableAvailability]]
"""Owner -> table -> its availability in test mode."""


def data(start: int, end: int, complete_through: int | None = None, updated: int = 0) -> TableAvailability:
    """Availability of a table; all but `updated` in days."""
    end_seconds = None if complete_through is None else complete_through * DAY
    return TableAvailability(DataWindow(start * DAY, end * DAY), end_seconds, updated)


BOOKS = {TRANSACTIONS: data(0, 9), "revenue_entries": data(1, 2)}

EVERY_BOOK: Owners = {"acct_1": BOOKS, "acct_platform": BOOKS, "acct_shop": BOOKS}


def offered(
    can_run: Callable[[ReportType], bool] = lambda one: True,
    *,
    owners: Owners = EVERY_BOOK,
    connected: Sequence[str] = ("acct_shop",),
) -> ReportTypes:
    """Report types over what was loaded for these owners. connected: the accounts of `acct_platform`"""
    views = open_memory().views
    with views.unit_of_work():
        for account in connected:
            views.accounts.add(AccountRow(account, "", "acct_platform", created=0))
        for owner, tables in owners.items():
            for table, known in tables.items():
                views.ledgers.put(LedgerRow(False, owner, table, known))
    types = catalogue().with_live_only([LIVE_ONLY])
    return ReportTypes(types, can_run, AvailabilityQuery(views.ledgers, views.accounts))


def refusal(types: ReportTypes, scope: Scope, id: str) -> str:
    with pytest.raises((ReportTypeCannotRun, ReferenceNotFound)) as raised:
        asyncio.run(types.to_run(scope, id))
    assert isinstance(raised.value, (ReportTypeCannotRun, ReferenceNotFound))
    assert str(raised.value.param) == "report_type"
    return str(raised.value)


def test_an_unknown_type_is_not_found() -> None:
    assert refusal(offered(), TEST, "wat.1") == "No such report type: 'wat.1'"


def test_a_mistyped_type_is_told_with_the_one_that_it_may_stand_for() -> None:
    sentence = "No such report type: 'balance.sumary.1'. Did you mean balance.summary.1?"

    assert refusal(offered(), TEST, "balance.sumary.1") == sentence
    with pytest.raises(NotFound) as raised:
        asyncio.run(offered().get(TEST, "balance.sumary.1"))
    assert str(raised.value) == sentence


@pytest.mark.parametrize(
    ("id", "newest"),
    [
        (
            "balance_change_from_activity.itemized.7",
            " The newest version here is balance_change_from_activity.itemized.3.",
        ),
        ("payouts.itemized.5", " The newest version here is payouts.itemized.3."),
        ("payout_reconciliation.itemized.6", " The newest version here is payout_reconciliation.itemized.5."),
        ("activity.summary.1", ""),
        ("activity.itemized.2", ""),
        ("all_fees.itemized.1", ""),
    ],
)
def test_a_type_of_stripes_that_is_not_offered_says_so(id: str, newest: str) -> None:
    sentence = (
        f"The report type {id} is known to Stripe and not offered here, since its columns are not documented.{newest}"
    )

    assert refusal(offered(), TEST, id) == sentence
    with pytest.raises(NotFound) as raised:
        asyncio.run(offered().get(TEST, id))
    assert str(raised.value) == f"No such report type: '{id}'. {sentence}"


@pytest.mark.parametrize("id", ["payouts.itemized.99", "payouts.summary.7", "nope.itemized.6", "activities.itemized.1"])
def test_an_id_that_is_like_those_of_stripe_is_unknown(id: str) -> None:
    assert refusal(offered(), TEST, id).startswith(f"No such report type: '{id}'")


@pytest.mark.parametrize(
    ("id", "why"),
    [
        (TWIN, "is about connected accounts, and 'acct_1' has none."),
        ("tax.transactions.itemized.2", "nothing was loaded into the ledger's table tax_transactions"),
    ],
)
def test_a_type_that_cannot_run_is_looked_up_with_the_reason(id: str, why: str) -> None:
    reason = refusal(offered(), TEST, id)

    with pytest.raises(NotFound) as raised:
        asyncio.run(offered().get(TEST, id))

    assert why in reason
    assert str(raised.value) == f"No such report type: '{id}'. {reason}"


def test_a_type_that_cannot_be_computed_here_is_refused_with_the_reason() -> None:
    types = offered(lambda one: one.id != SUMMARY)

    assert refusal(types, TEST, SUMMARY) == (
        f"The report type {SUMMARY} is known, but this installation cannot compute it."
    )
    assert SUMMARY not in [offer.report_type.id for offer in asyncio.run(types.all(TEST))]


def test_a_live_only_type_says_which_key_it_needs() -> None:
    assert "live-mode API key" in refusal(offered(), TEST, LIVE_ONLY)


def test_an_empty_ledger_is_another_error_than_an_unknown_type() -> None:
    assert refusal(offered(), Scope("acct_1", livemode=True), SUMMARY) == (
        f"The report type {SUMMARY} has no data in live mode yet: nothing was loaded into the ledger's table "
        "balance_transactions, or nothing for this account."
    )


def test_a_type_is_offered_for_the_window_of_its_own_table() -> None:
    offers = {offer.report_type.id: offer.window for offer in asyncio.run(offered().all(TEST))}

    assert offers[SUMMARY] == DataWindow(0, 9 * DAY)
    assert offers["revenue_recognition.debit_credit_summary.1"] == DataWindow(DAY, 2 * DAY)
    assert "tax.transactions.itemized.2" not in offers
    assert "nothing was loaded into the ledger's table tax_transactions" in refusal(
        offered(), TEST, "tax.transactions.itemized.2"
    )


@pytest.mark.parametrize(
    ("own", "all_accounts", "window", "updated"),
    [
        (data(3, 5, updated=2), None, (3, 5), 2),
        (None, data(2, 4, updated=1), (2, 4), 1),
        (data(3, 5, updated=1), data(2, 4, updated=2), (2, 5), 2),
        (data(3, 5, complete_through=5), data(2, 7), (2, 7), 0),
        (None, None, (0, 9), 3),
    ],
)
def test_an_account_is_offered_what_was_loaded_for_it_and_for_all_accounts(
    own: TableAvailability | None, all_accounts: TableAvailability | None, window: tuple[int, int], updated: int
) -> None:
    loaded = (("acct_1", own), (ALL_ACCOUNTS, all_accounts), (WHOLE_LEDGER, data(0, 9, updated=3)))
    owners = {owner: {TRANSACTIONS: known} for owner, known in loaded if known}

    offer = asyncio.run(offered(owners=owners).to_run(TEST, SUMMARY))

    assert (offer.window.start // DAY, offer.window.end // DAY, offer.updated) == (*window, updated)


@pytest.mark.parametrize(
    "owners", [{}, {"acct_1": {"payouts": data(1, 2)}, ALL_ACCOUNTS: {"tax_transactions": data(1, 2)}}]
)
def test_a_type_is_not_offered_to_an_account_that_only_other_tables_were_loaded_for(owners: Owners) -> None:
    types = offered(owners=owners)

    assert "or nothing for this account" in refusal(types, TEST, SUMMARY)
    assert SUMMARY not in [offer.report_type.id for offer in asyncio.run(types.all(TEST))]


def test_a_type_about_connected_accounts_is_for_platforms_that_have_some() -> None:
    types = offered()

    assert asyncio.run(types.to_run(PLATFORM, TWIN)).report_type.id == TWIN
    assert refusal(types, TEST, TWIN) == f"The report type {TWIN} is about connected accounts, and 'acct_1' has none."
    assert TWIN in [offer.report_type.id for offer in asyncio.run(types.all(PLATFORM))]
    assert TWIN not in [offer.report_type.id for offer in asyncio.run(types.all(TEST))]


def test_a_twin_is_offered_for_the_window_of_the_connected_accounts() -> None:
    owners = {"acct_platform": BOOKS, "acct_shop": {TRANSACTIONS: data(2, 5, updated=7)}}
    offers = asyncio.run(offered(owners=owners).all(PLATFORM))

    windows = {offer.report_type.id: (offer.window, offer.updated) for offer in offers}

    assert windows[TWIN] == (DataWindow(2 * DAY, 5 * DAY), 7)
    assert windows[SUMMARY] == (DataWindow(0, 9 * DAY), 0)


def test_a_platform_whose_connected_accounts_have_no_data_is_not_offered_twins() -> None:
    types = offered(owners={"acct_platform": BOOKS, "acct_shop": {"payouts": data(1, 2)}})

    assert "or nothing for the accounts connected to this one" in refusal(types, PLATFORM, TWIN)
    assert TWIN not in [offer.report_type.id for offer in asyncio.run(types.all(PLATFORM))]


@pytest.mark.parametrize(
    ("accounts", "all_accounts", "window"),
    [
        ([data(0, 3), data(2, 7)], None, (0, 7)),  # an account whose last row is old lacks nothing
        ([data(0, 4, complete_through=4), data(2, 7, complete_through=7)], None, (0, 4)),
        ([data(0, 7, complete_through=7), data(2, 4)], None, (0, 7)),
        ([data(0, 4, complete_through=4), data(2, 7)], None, (0, 4)),
        ([data(0, 4, complete_through=4), data(2, 7, complete_through=7)], data(1, 6), (0, 6)),
        ([data(0, 4, complete_through=4)], data(1, 3), (0, 4)),
        ([], data(1, 3), (1, 3)),
        ([], None, (0, 9)),  # the window of the offer
    ],
)
def test_named_accounts_have_data_until_the_earliest_completeness_date_among_them(
    accounts: list[TableAvailability], all_accounts: TableAvailability | None, window: tuple[int, int]
) -> None:
    named = {f"acct_{place}": {TRANSACTIONS: known} for place, known in enumerate(accounts)}
    shared = {ALL_ACCOUNTS: {TRANSACTIONS: all_accounts}} if all_accounts else {}
    types = offered(owners={"acct_shop": BOOKS, **named, **shared}, connected=["acct_shop", *named])

    offer = asyncio.run(types.to_run(PLATFORM, TWIN))
    found = asyncio.run(types.window_of([*named, "acct_without_rows"], offer))

    assert (found.start // DAY, found.end // DAY) == window


@pytest.mark.parametrize("id", ["wat.1", TWIN, LIVE_ONLY])
def test_what_cannot_be_run_cannot_be_looked_up(id: str) -> None:
    with pytest.raises(NotFound, match="No such report type"):
        asyncio.run(offered().get(TEST, id))
