"""The flags of `run`: local times, calendar periods, and options for common parameters."""

from __future__ import annotations

import argparse
import csv
import json
import re
import shlex
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from domain.errors import InvalidParameter
from domain.report_types import catalogue
from interfaces.cli import periods
from interfaces.cli.run_flags import add_parameter_flags, parameters_of
from tests.cli.conftest import Cli

NOW = datetime(2025, 3, 1, 2, 0, tzinfo=UTC)

SUMMARY = "balance.summary.1"


def parameters(*words: str, report_type: str = SUMMARY) -> dict[str, Any]:
    """The raw parameters of a command at `NOW`."""
    parser = argparse.ArgumentParser()
    add_parameter_flags(parser)
    found = catalogue().get(report_type)
    assert found is not None
    return parameters_of(parser.parse_args(words), found, NOW)


def interval(start: str, end: str) -> dict[str, int]:
    return {
        "interval_start": int(datetime.fromisoformat(start).timestamp()),
        "interval_end": int(datetime.fromisoformat(end).timestamp()),
    }


BERLIN = ("--timezone", "Europe/Berlin")
BERLINS_JANUARY = interval("2025-01-01T00:00:00+01:00", "2025-02-01T00:00:00+01:00")


@pytest.mark.parametrize(
    "words",
    [
        ("--interval-start", "2025-01-01", "--interval-end", "2025-02-01", *BERLIN),
        ("--interval-start", "2025-01-01", "--interval-end", "2025-02-01", "--param", "timezone=Europe/Berlin"),
        ("--param", "interval_start=2025-01-01", "--param", "interval_end=2025-02-01T00:00", *BERLIN),
        ("--interval-start", "2024-12-31T23:00:00Z", "--interval-end", "1738364400", *BERLIN),
        ("--month", "2025-01", *BERLIN),
    ],
    ids=" ".join,
)
def test_times_without_a_zone_are_local_to_the_reports_time_zone(words: tuple[str, ...]) -> None:
    assert parameters(*words) == {**BERLINS_JANUARY, "timezone": "Europe/Berlin"}


def test_without_a_time_zone_times_are_utc() -> None:
    assert parameters("--month", "2025-01") == interval("2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z")


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        (("--month", "2024-12"), "2024-12-01T00:00:00-05:00", "2025-01-01T00:00:00-05:00"),
        (("--month", "2025-03"), "2025-03-01T00:00:00-05:00", "2025-04-01T00:00:00-04:00"),
        (("--quarter", "2025Q1"), "2025-01-01T00:00:00-05:00", "2025-04-01T00:00:00-04:00"),
        (("--quarter", "2025-q4"), "2025-10-01T00:00:00-04:00", "2026-01-01T00:00:00-05:00"),
        (("--year", "2025"), "2025-01-01T00:00:00-05:00", "2026-01-01T00:00:00-05:00"),
        (("--yesterday",), "2025-02-27T00:00:00-05:00", "2025-02-28T00:00:00-05:00"),  # in New York it is the 28th
    ],
)
def test_a_calendar_period_is_an_interval_of_local_days(words: tuple[str, ...], start: str, end: str) -> None:
    given = parameters(*words, "--timezone", "America/New_York")

    assert given == {**interval(start, end), "timezone": "America/New_York"}


def test_a_day_that_begins_after_midnight_begins_where_the_clock_goes_forward() -> None:
    period = periods.Period(date(2018, 11, 4), date(2018, 11, 5))

    start, end = period.edges(ZoneInfo("America/Sao_Paulo"))

    assert (start, end - start) == (int(datetime(2018, 11, 4, 3, tzinfo=UTC).timestamp()), 23 * 3600)


def test_a_type_that_takes_an_end_only_has_the_end_of_the_period() -> None:
    given = parameters("--month", "2025-01", report_type="ending_balance_reconciliation.itemized.4")

    assert given == {"interval_end": interval("2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z")["interval_end"]}


def test_a_type_without_an_interval_takes_no_period() -> None:
    with pytest.raises(InvalidParameter, match=r"takes no interval\. Leave --month out\."):
        parameters("--month", "2025-01", report_type="payout_reconciliation.by_id.itemized.4")


@pytest.mark.parametrize("edge", [("--interval-start", "2025-01-01"), ("--param", "interval_end=2025-01-01")])
def test_a_period_and_an_edge_contradict_each_other(edge: tuple[str, str]) -> None:
    with pytest.raises(InvalidParameter, match=r"--quarter is the interval\. Leave --interval-\w+ out\."):
        parameters("--quarter", "2025Q1", *edge)


@pytest.mark.parametrize(
    ("words", "given"),
    [
        (("--currency", "EUR"), {"currency": "eur"}),
        (("--param", "currency=EUR"), {"currency": "eur"}),
        (("--columns", "net,currency"), {"columns": ["net", "currency"]}),
        (("--columns", "net,payment_metadata[a,b],fee"), {"columns": ["net", "payment_metadata[a,b]", "fee"]}),
        (("--param", "connected_accounts=acct_1,acct_2"), {"connected_accounts": ["acct_1", "acct_2"]}),
    ],
)
def test_values_are_read_as_the_api_takes_them(words: tuple[str, ...], given: dict[str, Any]) -> None:
    assert parameters(*words) == given


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--month", "2025-13"), "'2025-13' is not a month, such as 2025-01."),
        (("--quarter", "2025Q5"), "'2025Q5' is not a quarter, such as 2025Q1."),
        (("--year", "25"), "'25' is not a year, such as 2025."),
        (("--year", "9999"), "Years are 1970 to 9998."),
        (("--month", "2025-01", "--year", "2025"), "not allowed with argument"),
        (("--interval-start", "yesterday"), "'yesterday' is not a time."),
    ],
)
def test_a_period_that_is_none_is_wrong_usage(reportrun: Cli, words: tuple[str, ...], sentence: str) -> None:
    code, out, err = reportrun("run", SUMMARY, *words)

    assert (code, out) == (2, "")
    assert sentence in err.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--timezone", "Berlin"), "and is Berlin. Did you mean Europe/Berlin?"),
        (("--currency", "euro"), "Invalid currency: euro. Did you mean eur? "),
        (("--columns", "nett_amount"), "Did you mean net_amount? It has: category, "),
        (("--param", "tmezone=UTC"), "Received unknown parameter: --param tmezone. Did you mean --timezone?"),
        (("--param", "interval_start=soon"), "--interval-start: 'soon' is not a time."),
        (("--param", "interval_start="), "You passed an empty string for '--interval-start'."),
    ],
)
def test_a_mistyped_value_is_told_in_one_short_line(loaded: Cli, words: tuple[str, ...], sentence: str) -> None:
    code, out, err = loaded("run", SUMMARY, *words)

    assert (code, out) == (1, "")
    assert sentence in err
    assert err.count("\n") == 1 and len(err) < 1200


def test_the_run_of_a_local_month_is_recorded_with_its_instants(reportrun: Cli, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text(
        "id,amount,fee,net,currency,created,available_on,type\n"
        "txn_1,100,0,100,usd,2024-12-31T22:59:59Z,2025-01-02,charge\n"
        "txn_2,200,0,200,usd,2024-12-31T23:00:00Z,2025-01-02,charge\n"
        "txn_3,400,0,400,usd,2025-01-31T22:59:59Z,2025-02-02,charge\n"
        "txn_4,800,0,800,usd,2025-01-31T23:00:00Z,2025-02-02,charge\n"
    )
    reportrun("load", "balance_transactions", str(rows))

    code, out, err = reportrun(
        "run", "balance_change_from_activity.summary.1", "--month", "2025-01", *BERLIN, "--columns", "net"
    )

    assert (code, out.splitlines()[1:]) == (0, ['"6.00"', '"6.00"'])
    created = reportrun("history", err.split()[0])[1].splitlines()[0]
    assert json.loads(created[created.index("{") :])["parameters"] == {
        **BERLINS_JANUARY,
        "timezone": "Europe/Berlin",
        "columns": ["net"],
    }


def test_a_live_only_type_is_made_in_test_mode_too(loaded: Cli) -> None:
    code, out, _ = loaded("run", "balance_change_from_activity.itemized.3", "--columns", "balance_transaction_id")

    assert code == 0
    assert len(out.splitlines()) == 33


def test_a_workbook_has_the_cells_of_the_csv(loaded: Cli, tmp_path: Path) -> None:
    out = tmp_path / "jan.xlsx"
    asked = ("run", "balance_change_from_activity.itemized.1", "--param", "decimal_separator=,")
    _, text, _ = loaded(*asked)
    rows = list(csv.reader(text.splitlines()))

    code, printed, err = loaded(*asked, "--out", str(out))
    first = values_in(out)
    again = loaded("run", "--as-of-run", err.split()[0], "--out", str(out))

    assert (code, printed, again[0]) == (0, "", 0)
    assert f"A workbook in {out}, of a CSV with {len(text.encode()):,} bytes, sha256 " in err
    net = rows[0].index("net")
    assert [row[net] for row in first[1:]] == [float(row[net].replace(",", ".")) for row in rows[1:]]
    assert [row[:4] for row in first] == [row[:4] for row in rows]
    assert values_in(out) == first
    assert list(tmp_path.glob(".part*")) == []


def values_in(file: Path) -> list[list[object]]:
    (sheet,) = openpyxl.load_workbook(file).worksheets
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_the_examples_in_the_help_of_run_work_on_the_demo_ledger(
    reportrun: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    reportrun("demo")

    examples = re.findall(r"^Example: reportrun (run .*)$", reportrun("run", "--help")[1], re.MULTILINE)
    done = [reportrun(*shlex.split(example)) for example in examples]

    assert len(done) == 2
    assert [err for code, _, err in done if code] == []
    assert (tmp_path / "february.csv").read_text().startswith('"category"')


@pytest.mark.parametrize("ending", ["xls", "xlsb", "xlsm", "ods", "csv.gz", "csv.zst", "parquet", "json", "PDF"])
def test_another_format_is_not_written_under_its_name(loaded: Cli, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"jan.{ending}"

    assert loaded("run", SUMMARY, "--out", str(out)) == (
        1,
        "",
        f"reportrun: {out} would hold another format than its name says. Name it jan.xlsx for a workbook, or "
        "jan.csv.\n",
    )
    assert not out.exists()
