"""Small words of the domain: ids, money, instants, categories, keys."""

from __future__ import annotations

import importlib
import multiprocessing
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from domain.access.api_key import redact
from domain.ids import derived_id, new_id
from domain.instants import LATEST, parse_instant, utc_text
from domain.ledger.reporting_category import CATEGORIES, KNOWN_CATEGORIES
from domain.money import CURRENCIES, is_currency
from domain.runs.timezones import timezones
from tests.support.reference import category_of, decimal_text

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def test_ids_are_a_prefix_and_24_base62_characters_and_never_alike() -> None:
    ids = {new_id("frr", NOW) for _ in range(1000)}

    assert len(ids) == 1000
    assert all(re.fullmatch(r"frr_[0-9A-Za-z]{24}", id) for id in ids)


@pytest.mark.parametrize("step", [timedelta(milliseconds=1), timedelta(seconds=1), timedelta(days=365)])
def test_ids_sort_in_the_order_of_the_times_at_which_they_are_made(step: timedelta) -> None:
    ids = [new_id("frr", NOW + number * step) for number in range(500)]

    assert ids == sorted(ids)
    assert new_id("frr", datetime(1971, 1, 1, tzinfo=UTC)) < ids[0]


def test_processes_that_are_copies_of_one_another_give_different_ids() -> None:
    importlib.import_module("interfaces.composition.installation")  # forked processes forget their random bytes
    new_id("frr", NOW)  # so that there are some in store
    with multiprocessing.get_context("fork").Pool(2) as pool:
        ids = pool.starmap(new_id, [("frr", NOW)] * 50, chunksize=25) + [new_id("frr", NOW) for _ in range(50)]

    assert len(set(ids)) == 100


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (1000, "usd", "10.00"),
        (-5, "usd", "-0.05"),
        (0, "eur", "0.00"),
        (1000, "jpy", "1000"),
        (-1500, "kwd", "-1.500"),
        (10**20 + 1, "usd", "1000000000000000000.01"),
    ],
)
def test_amounts_are_printed_with_the_decimals_of_their_currency(minor: int, currency: str, text: str) -> None:
    assert decimal_text(minor, currency) == text


def test_currencies_are_lower_case_and_named_once() -> None:
    assert len(set(CURRENCIES)) == len(CURRENCIES) and CURRENCIES[0] == "usd"
    assert is_currency("jpy") and not is_currency("JPY") and not is_currency("xyz")


@pytest.mark.parametrize(
    ("type", "category"),
    [
        ("payment", "charge"),
        ("payout_failure", "payout_reversal"),
        ("application_fee", "platform_earning"),
        ("adjustment", "other_adjustment"),
        ("something_new", "something_new"),
    ],
)
def test_a_missing_category_is_derived_from_the_type(type: str, category: str) -> None:
    assert category_of(type) == category


@pytest.mark.parametrize(
    ("row", "category"),
    [
        ({"source": "dp_1", "amount": -500, "net": -2000}, "dispute"),
        ({"source": "du_1", "amount": -500, "net": -500}, "dispute"),
        ({"source": "dp_1", "amount": 500, "net": 500}, "dispute_reversal"),
        ({"source": "du_1", "amount": 500, "net": -1000}, "dispute_reversal"),
        ({"source": "du_1", "amount": 0, "net": -1500}, "dispute"),
        ({"source": "du_1", "amount": 0, "net": 1500}, "dispute_reversal"),
        ({"source": "re_1", "amount": 500, "net": 500}, "refund_failure"),
        ({"source": "pyr_1", "amount": 500, "net": 500}, "refund_failure"),
        ({"source": "re_1", "amount": -500, "net": -500}, "other_adjustment"),
        ({"description": "Chargeback withdrawal for ch_1", "amount": -500}, "dispute"),
        ({"description": "Chargeback reversal for ch_1", "amount": 500}, "dispute_reversal"),
        ({"description": "REFUND FAILURE (Order 1)", "amount": 500}, "refund_failure"),
        ({"description": "Order 1, chargeback withdrawal", "amount": -500}, "other_adjustment"),
        ({"source": "dpx_1", "description": "Sum", "amount": -500}, "other_adjustment"),
        ({"source": None, "description": None}, "other_adjustment"),
    ],
)
def test_an_adjustment_is_told_by_what_it_is_about_by_its_sign_and_by_its_description(
    row: dict[str, None] | dict[str, str | int], category: str
) -> None:
    assert category_of("adjustment", **row) == category


def test_only_adjustments_are_told_by_more_than_their_type() -> None:
    assert category_of("charge", source="dp_1", description="Chargeback withdrawal", amount=-1, net=-1) == "charge"
    assert category_of("refund", source="re_1", description="REFUND FAILURE", amount=1, net=1) == "refund"


def test_clients_know_37_categories_and_599_zones() -> None:
    assert len(CATEGORIES) == 37
    assert len(timezones()) == 599 and "Etc/UTC" in timezones()


def test_the_filter_knows_the_categories_that_clients_do_not_list() -> None:
    assert set(KNOWN_CATEGORIES) > set(CATEGORIES)
    assert {"payment_network_reserve_hold", "payout_minimum_balance_release", "issuing_disbursement"} <= set(
        KNOWN_CATEGORIES
    )


@pytest.mark.parametrize(
    "type", ["balance_transfer_inbound", "balance_transfer_outbound", "stripe_balance_payment_debit", "reserve_hold"]
)
def test_a_type_without_a_category_of_its_own_is_another_adjustment(type: str) -> None:
    assert category_of(type) == "other_adjustment"


@pytest.mark.parametrize("type", ["payment_network_reserve_hold", "issuing_disbursement", "chrage"])
def test_a_type_that_is_a_category_or_unknown_is_kept(type: str) -> None:
    assert category_of(type) == type


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1735689600", 1735689600),
        ("2025-01-01", 1735689600),
        ("2025-01-01T02:00:00+02:00", 1735689600),
        ("2025-01-01T00:00:00Z", 1735689600),
    ],
)
def test_an_instant_is_unix_seconds_or_iso_8601(text: str, seconds: int) -> None:
    assert parse_instant(text) == seconds


def test_the_last_instant_of_rows_has_a_year_of_four_digits_in_every_zone() -> None:
    last = datetime.fromtimestamp(LATEST - 1, UTC)

    assert {last.astimezone(ZoneInfo(zone)).year for zone in timezones() & available_timezones()} == {9999}
    assert parse_instant("9999-12-31") == LATEST


@pytest.mark.parametrize("text", ["yesterday", "", "2025-13-01", "-5", "99999999999999", "9999-12-31T00:00:01"])
def test_what_is_no_instant_is_refused_with_what_would_be_right(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a time|out of range"):
        parse_instant(text)


def test_an_instant_is_printed_as_error_messages_show_it() -> None:
    assert utc_text(1651190400) == "2022-04-29 00:00:00 UTC"


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        ("sk_test_abcdefgh1234", "sk_test_********1234"),
        ("sk_test_abc", "sk_test_********"),
        ("nonsense-that-is-long", "*****************long"),
        ("x", "********"),
    ],
)
def test_a_secret_is_shown_by_its_ends_only(secret: str, shown: str) -> None:
    assert redact(secret) == shown


def test_a_derived_id_is_the_same_for_the_same_parts_and_sorts_by_its_time() -> None:
    id = derived_id("evt", NOW, "ledger_test", "3")

    assert re.fullmatch(r"evt_[0-9A-Za-z]{24}", id)
    assert id == derived_id("evt", NOW, "ledger_test", "3")
    assert len({id, derived_id("evt", NOW, "ledger_test3", ""), derived_id("evt", NOW, "ledger_test", "4")}) == 3
    assert id < derived_id("evt", NOW + timedelta(milliseconds=1), "ledger_test", "3")
