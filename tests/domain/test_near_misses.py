"""A mistyped name is told with the one that it may stand for."""

from __future__ import annotations

import pytest

from domain.errors import (
    ColumnNotOffered,
    NotOneOf,
    ReferenceNotFound,
    UnknownCurrency,
    UnknownParameters,
    UnknownTimezone,
    request_parameter,
    run_parameter,
)
from domain.money import CURRENCIES
from domain.near_misses import LONGEST, near_miss
from domain.report_types import catalogue
from domain.runs.timezones import timezones

TYPES = [one.id for one in catalogue()]


@pytest.mark.parametrize(
    ("given", "known", "meant"),
    [
        ("balance.sumary.1", TYPES, "balance.summary.1"),
        ("Payouts.Itemised.3", TYPES, "payouts.itemized.3"),
        ("wat.1", TYPES, None),
        ("EUR", CURRENCIES, "eur"),
        ("euro", CURRENCIES, "eur"),
        ("eru", CURRENCIES, "eur"),
        ("EUX", CURRENCIES, "eur"),
        ("gbx", CURRENCIES, "gbp"),
        ("xyz", CURRENCIES, None),
        ("Europe/Berln", timezones(), "Europe/Berlin"),
        ("berlin", timezones(), "Europe/Berlin"),
        ("new york", timezones(), "America/New_York"),
        ("Mars/Olympus", timezones(), None),
        ("a" * 5000, ["a" * LONGEST], "a" * LONGEST),
        ("", ["a"], None),
    ],
)
def test_a_near_miss_is_the_name_that_is_most_alike(given: str, known: list[str], meant: str | None) -> None:
    assert near_miss(given, known) == meant


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            ReferenceNotFound("report type", "balance.sumary.1", request_parameter("report_type"), TYPES),
            "No such report type: 'balance.sumary.1'. Did you mean balance.summary.1?",
        ),
        (ReferenceNotFound("payout", "po_1", run_parameter("payout")), "No such payout: 'po_1'"),
        (
            ColumnNotOffered("nett", "a.1", ["net", "gross"]),
            "nett is not a column of a.1. Did you mean net? It has: net, gross.",
        ),
        (
            UnknownParameters([run_parameter("wat"), run_parameter("tmezone")], ["timezone", "currency"]),
            "Received unknown parameters: wat, tmezone. Did you mean timezone?",
        ),
        (UnknownParameters([run_parameter("wat")], ["timezone"]), "Received unknown parameter: wat"),
        (
            UnknownCurrency("EUR", ["usd", "eur"], run_parameter("currency")),
            "Invalid currency: EUR. Did you mean eur? Stripe currently supports these currencies: usd, eur",
        ),
        (
            NotOneOf(run_parameter("reporting_category"), ["charge", "refund"], "refunds"),
            "Invalid reporting_category: must be one of charge or refund. Did you mean refund?",
        ),
        (
            UnknownTimezone("Berlin", timezones(), run_parameter("timezone")),
            "Invalid timezone: must be one of 599 IANA names, such as Etc/UTC, America/New_York, or Europe/Berlin, and "
            "is Berlin. Did you mean Europe/Berlin?",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_names_the_near_miss(error: Exception, sentence: str) -> None:
    assert str(error) == sentence
