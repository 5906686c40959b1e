"""The functions that report SQL shares, against Python's own arithmetic and calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import duckdb
import pytest
from duckdb import DuckDBPyConnection
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.money import CURRENCIES, THREE_DECIMAL, ZERO_DECIMAL
from domain.runs.timezones import timezones
from interfaces.engine.definitions.functions import functions
from tests.support.reference import decimal_text, exponent

INSTANTS = [
    datetime(2015, 6, 15, 12, tzinfo=UTC),
    datetime(2025, 1, 1, tzinfo=UTC),
    datetime(2025, 3, 9, 6, 59, 59, tzinfo=UTC),
    datetime(2025, 3, 9, 7, 0, 0, tzinfo=UTC),
    datetime(2025, 3, 30, 1, 0, 0, 999_999, tzinfo=UTC),
    datetime(2025, 10, 26, 1, 0, 0, tzinfo=UTC),
    datetime(2025, 11, 2, 6, 0, 0, tzinfo=UTC),
]
"""Recent ones: releases of the time zone database differ about the far past and the future."""

AMOUNTS = [0, 1, -1, 5, -5, 99, 100, -100, 123456, 10**16 - 1, 10**16, -(10**16), 2**63 - 1, -(2**63)]


@pytest.fixture(scope="module")
def connection() -> Iterator[DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("set TimeZone = 'UTC'")
        for function in functions():
            opened.execute(function)
        yield opened


def test_amounts_of_every_currency_are_printed_as_the_domain_prints_them(connection: DuckDBPyConnection) -> None:
    printed = connection.execute(
        "select amount, currency, amount_text(amount, currency, '.') "
        "from (select unnest($amounts::bigint[]) as amount) cross join (select unnest($currencies) as currency)",
        {"amounts": AMOUNTS, "currencies": list(CURRENCIES)},
    ).fetchall()

    assert len(printed) == len(AMOUNTS) * len(CURRENCIES)
    assert [row for row in printed if row[2] != decimal_text(row[0], row[1])] == []


@pytest.mark.parametrize(
    ("currency", "text"), [("usd", "3800.00"), ("isk", "3800.00"), ("ugx", "3800.00"), ("jpy", "380000")]
)
def test_the_krona_and_the_ugandan_shilling_count_hundredths(
    connection: DuckDBPyConnection, currency: str, text: str
) -> None:
    printed = connection.execute("select amount_text(380000, $currency, '.')", {"currency": currency}).fetchone()

    assert printed == (text,)


def test_the_functions_name_the_currencies_of_the_domain_and_no_others() -> None:
    printing = next(function for function in functions() if "macro decimal_text" in function)
    named = {code: exponent(code) for text in re.findall(r"strpos\('([^']*)'", printing) for code in text.split()}

    assert named == {**dict.fromkeys(ZERO_DECIMAL, 0), **dict.fromkeys(THREE_DECIMAL, 3)}
    assert [function for function in functions() if "{" in function] == []


@pytest.mark.parametrize(
    ("currency", "text"), [("jpy", "1" * 35), ("usd", f"{'1' * 33}.11"), ("kwd", f"{'1' * 32}.111")]
)
def test_sums_that_no_64_bit_integer_holds_are_printed_exactly(
    connection: DuckDBPyConnection, currency: str, text: str
) -> None:
    (printed,) = connection.execute(  # type: ignore[misc]
        f"select amount_text(cast({'1' * 35} as decimal(38, 0)), $currency, '.')", {"currency": currency}
    ).fetchone()

    assert printed == text


def test_every_time_zone_that_clients_may_name_prints_as_its_own_calendar_says(connection: DuckDBPyConnection) -> None:
    printed = connection.execute(
        "select zone, epoch_us(instant), local_text(instant, zone) "
        "from (select unnest($zones) as zone) cross join (select unnest($instants) as instant)",
        {"zones": sorted(timezones()), "instants": INSTANTS},
    ).fetchall()

    wrong = {zone for zone, microseconds, text in printed if text != _local(microseconds, zone)}
    assert len(printed) == len(timezones()) * len(INSTANTS)
    assert wrong == set()


def hundredths_of_change(now: int, before: int) -> str:
    percent = Fraction(100 * (now - before), before)
    rounded = int(abs(percent) * 100 + Fraction(1, 2))  # halves go away from zero
    return f"{Decimal(rounded if percent >= 0 else -rounded).scaleb(-2) + 0:.2f}"


@settings(deadline=None)
@given(
    before=st.integers(1, 10**24) | st.integers(-(10**24), -1),
    steps=st.integers(-(10**6), 10**9),
    near=st.integers(-1, 1),
)
def test_changes_in_percent_are_those_of_exact_fractions_near_the_halves_too(
    connection: DuckDBPyConnection, before: int, steps: int, near: int
) -> None:
    now = before + before * (2 * steps + 1) // 20_000 + near

    printed = connection.execute(
        "select change_percent(cast($now as decimal(38, 0)), cast($before as decimal(38, 0)))",
        {"now": str(now), "before": str(before)},
    ).fetchone()

    assert printed == (hundredths_of_change(now, before),)


@pytest.mark.parametrize(
    ("now", "before", "text"), [(150, 100, "50.00"), (1, 3, "-66.67"), (5, 5, "0.00"), (5, 0, None)]
)
def test_a_change_is_printed_in_percent(
    connection: DuckDBPyConnection, now: int, before: int, text: str | None
) -> None:
    assert connection.execute("select change_percent($1, $2)", [now, before]).fetchone() == (text,)


@pytest.mark.parametrize("zone", ["Etc/UTC", "America/New_York"])
def test_a_bound_time_zone_prints_the_same_as_one_from_a_table(connection: DuckDBPyConnection, zone: str) -> None:
    printed = connection.execute(
        "select epoch_us(instant), local_text(instant, $zone) from (select unnest($instants) as instant)",
        {"zone": zone, "instants": INSTANTS},
    ).fetchall()

    assert [text for _, text in printed] == [_local(microseconds, zone) for microseconds, _ in printed]


def _local(microseconds: int, zone: str) -> str:
    known = {"US/Pacific-New": "America/Los_Angeles"}  # an old name, which Python does not know any more
    instant = datetime.fromtimestamp(microseconds // 1_000_000, UTC)
    return instant.astimezone(ZoneInfo(known.get(zone, zone))).strftime("%Y-%m-%d %H:%M:%S")
