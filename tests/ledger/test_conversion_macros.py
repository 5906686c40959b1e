"""The macros that loads use for speed give what the functions that they stand for give."""

from __future__ import annotations

import duckdb
import pytest

TEXTS = ("", " ", "a", " a", "a ", "  a b  ", "\u00a0a\u00a0", "é", " é ", "\ta", "\u3000a", "a\u2003")

MOMENTS = ("1970-01-01", "2024-02-29 23:59:59.999999", "2025-01-01 00:00:00", "9999-12-29 23:59:59")


@pytest.mark.parametrize("text", TEXTS)
def test_a_trimmed_text_is_what_trim_gives(conversions: duckdb.DuckDBPyConnection, text: str) -> None:
    assert conversions.execute("select trimmed(t) = trim(t) from (select ?::varchar as t)", [text]).fetchone() == (
        True,
    )


def test_a_missing_text_stays_missing(conversions: duckdb.DuckDBPyConnection) -> None:
    assert conversions.execute("select trimmed(cast(null as varchar))").fetchone() == (None,)


@pytest.mark.parametrize("type", ["timestamp", "timestamptz", "timestamp_ns", "timestamp_s", "date"])
@pytest.mark.parametrize("moment", MOMENTS[:3])
def test_an_instant_is_cut_to_the_second(conversions: duckdb.DuckDBPyConnection, type: str, moment: str) -> None:
    expected = f"date_trunc('second', cast(cast('{moment}' as {type}) as timestamptz))"

    found = conversions.execute(f"select instant(cast('{moment}' as {type})) = {expected}").fetchone()

    assert found == (True,)


@pytest.mark.parametrize("moment", ["1969-12-31 23:59:59.9", "9999-12-31"])
def test_an_instant_outside_of_time_is_none(conversions: duckdb.DuckDBPyConnection, moment: str) -> None:
    assert conversions.execute(f"select instant(timestamp '{moment}')").fetchone() == (None,)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_month_is_that_of_the_instant_in_utc(conversions: duckdb.DuckDBPyConnection, moment: str) -> None:
    found = conversions.execute(f"select month_of(timestamptz '{moment}')").fetchone()

    assert found == (moment[:7],)
