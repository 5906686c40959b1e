"""Raw values become checked parameters, or an error that names the one at fault."""

from __future__ import annotations

import pytest

from domain.errors import (
    ColumnNotOffered,
    ColumnRepeated,
    EmptyParameter,
    IntervalReversed,
    InvalidParameter,
    MissingParameter,
    NotAnInteger,
    NotOneOf,
    OutsideDataWindow,
    ReportrunError,
    TooLong,
    UnknownCurrency,
    UnknownParameters,
    UnknownTimezone,
    WrongShape,
)
from domain.ledger.availability import DataWindow
from domain.report_types import ReportType, catalogue
from domain.runs.run_parameters import RunParameters, check_parameters

JANUARY = {"interval_start": "1735689600", "interval_end": "1738368000"}


def report_type(id: str = "balance_change_from_activity.itemized.3") -> ReportType:
    found = catalogue().get(id)
    assert found is not None
    return found


def test_numbers_come_out_as_numbers_and_only_what_was_sent_is_echoed() -> None:
    checked = check_parameters(report_type("balance.summary.1"), JANUARY)

    assert checked == RunParameters(
        as_sent={"interval_start": 1735689600, "interval_end": 1738368000},
        columns=("category", "description", "net_amount", "currency"),
        interval_start=1735689600,
        interval_end=1738368000,
    )


def test_what_an_event_keeps_can_be_checked_again() -> None:
    sent = {**JANUARY, "columns": ["net", "currency"], "timezone": "Europe/Paris", "currency": "eur"}

    once = check_parameters(report_type(), sent)
    twice = check_parameters(report_type(), once.as_sent)

    assert twice == once
    assert once.columns == ("net", "currency")


def test_a_metadata_column_takes_any_key() -> None:
    sent = {**JANUARY, "columns": ["payment_metadata[order_id]", 'payment_metadata[a "b"]', "payment_metadata[key]"]}

    assert check_parameters(report_type(), sent).columns == tuple(sent["columns"])


@pytest.mark.parametrize(
    ("change", "error", "param"),
    [
        ({"wat": "1"}, UnknownParameters, "wat"),
        ({"payout": "po_1"}, UnknownParameters, "payout"),
        ({"interval_start": None}, MissingParameter, "interval_start"),
        ({"interval_start": "abc"}, NotAnInteger, "interval_start"),
        ({"interval_start": "1.5"}, NotAnInteger, "interval_start"),
        ({"interval_start": "9" * 20}, NotAnInteger, "interval_start"),
        ({"interval_start": "-5"}, NotAnInteger, "interval_start"),
        ({"interval_start": "٣"}, NotAnInteger, "interval_start"),
        ({"interval_start": ""}, EmptyParameter, "interval_start"),
        ({"interval_start": ["1"]}, WrongShape, "interval_start"),
        ({"interval_end": "1735689600"}, IntervalReversed, "interval_start"),
        ({"currency": "xyz"}, UnknownCurrency, "currency"),
        ({"currency": "USD"}, UnknownCurrency, "currency"),
        ({"currency": {"a": "b"}}, WrongShape, "currency"),
        ({"timezone": "Mars/Olympus"}, UnknownTimezone, "timezone"),
        ({"reporting_category": "nope"}, NotOneOf, "reporting_category"),
        ({"decimal_separator": ";"}, NotOneOf, "decimal_separator"),
        ({"columns": "net"}, WrongShape, "columns"),
        ({"columns": ["net", ""]}, EmptyParameter, "columns[1]"),
        ({"columns": ["net", "nope"]}, ColumnNotOffered, "columns"),
        ({"columns": ["payment_metadata[]"]}, ColumnNotOffered, "columns"),
        ({"columns": ["net", "net"]}, ColumnRepeated, "columns"),
        ({"timezone": "x" * 5001}, TooLong, "timezone"),
    ],
)
def test_a_fault_names_its_parameter(
    change: dict[str, None] | dict[str, str], error: type[ReportrunError], param: str
) -> None:
    sent = {name: value for name, value in {**JANUARY, **change}.items() if value is not None}

    with pytest.raises(error) as fault:
        check_parameters(report_type(), sent)

    assert isinstance(fault.value, InvalidParameter)
    assert fault.value.param is not None
    assert (str(fault.value.param), fault.value.param.in_run) == (param, True)


@pytest.mark.parametrize("category", ["refund", "payment_network_reserve_hold", "revenue_share", "chrage"])
def test_the_filter_takes_known_categories_and_those_of_rows(category: str) -> None:
    sent = {**JANUARY, "reporting_category": category}

    assert check_parameters(report_type(), sent, more_categories=["chrage"]).reporting_category == category


def test_an_unknown_column_is_told_with_those_that_there_are() -> None:
    with pytest.raises(ColumnNotOffered) as fault:
        check_parameters(report_type("balance.summary.1"), {**JANUARY, "columns": ["wat"]})

    assert str(fault.value) == (
        "wat is not a column of balance.summary.1. It has: category, description, net_amount, currency."
    )


def test_the_ends_of_the_data_window_are_allowed() -> None:
    checked = check_parameters(report_type("balance.summary.1"), JANUARY)

    checked.must_lie_in(DataWindow(1735689600, 1738368000), "balance.summary.1")


@pytest.mark.parametrize(
    ("window", "param", "message"),
    [
        (
            DataWindow(1735689601, 1738368000),
            "interval_start",
            "Data for the report type balance.summary.1 is only available starting at 2025-01-01 00:00:01 UTC; "
            "you requested `interval_start` = 2025-01-01 00:00:00 UTC.",
        ),
        (
            DataWindow(1735689600, 1738367999),
            "interval_end",
            "Data for the report type balance.summary.1 is only available through 2025-01-31 23:59:59 UTC; "
            "you requested `interval_end` = 2025-02-01 00:00:00 UTC.",
        ),
    ],
)
def test_an_interval_outside_the_data_is_refused_in_the_seen_words(
    window: DataWindow, param: str, message: str
) -> None:
    checked = check_parameters(report_type("balance.summary.1"), JANUARY)

    with pytest.raises(OutsideDataWindow) as fault:
        checked.must_lie_in(window, "balance.summary.1")

    assert (str(fault.value.param), str(fault.value)) == (param, message)
