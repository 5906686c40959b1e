"""Charts: which a report has, and that their numbers are the sums of its rows."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Sequence
from decimal import Decimal

import pytest

from domain.errors import StoreUnavailable
from domain.report_types import ReportType, catalogue
from interfaces.console.charts.chart import Chart, Charts, Shape
from interfaces.console.charts.chart_cache import MOST_FILES, ChartCache
from interfaces.console.charts.chart_points import MOST_CATEGORIES, MOST_POINTS
from interfaces.console.charts.chart_specs import BY_DEFINITION, specs_of
from interfaces.console.charts.chart_sums import MOST_CURRENCIES, MOST_GROUPS, ChartOrder, charts_of
from interfaces.host.csv_rows import rows_of
from tests.support.markdown import ROOT

GOLDEN = ROOT / "tests" / "engine" / "golden"

ACTIVITY = "balance_change_from_activity.itemized"

COLUMNS = ["created", "currency", "fee", "net", "reporting_category"]


def charts(rows: Sequence[Sequence[str]], definition: str = ACTIVITY, currency: str | None = None) -> Charts:
    return charts_of(iter([list(row) for row in rows]), ChartOrder("file_1", 1, "", definition, ".", currency))


def points(chart: Chart) -> dict[str, str]:
    return dict(zip(chart.labels, chart.values, strict=True))


def titled(found: Charts, title: str) -> Chart:
    return next(chart for chart in found.charts if chart.title == title)


@pytest.mark.parametrize("report_type", [one for one in catalogue() if one.base_id is None], ids=lambda one: one.id)
def test_every_report_of_the_catalogue_has_charts_of_its_columns(report_type: ReportType) -> None:
    of_the_type = specs_of(report_type.definition, report_type.columns)

    assert [spec for spec, _ in of_the_type] == list(BY_DEFINITION[report_type.definition])
    assert specs_of(report_type.definition, report_type.default_columns) != []


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.csv")), ids=lambda file: file.stem)
def test_the_sums_of_a_chart_are_those_of_the_file(file: object) -> None:
    path = GOLDEN / str(file)
    name = path.stem.removeprefix("connected_account_")
    report_type = catalogue().get(name) or catalogue().get(f"connected_account_{name}")
    assert report_type is not None
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))

    found = charts_of(rows_of([path.read_bytes()]), ChartOrder("file_1", 1, "", report_type.definition, ".", None))

    if not rows:
        assert found.why_none
        return
    assert (found.rows, found.why_none) == (len(rows), "")
    for spec in BY_DEFINITION[report_type.definition]:
        for chart in (one for one in found.charts if one.title == spec.title and not one.is_line):
            if not any(by in rows[0] for by in spec.by):
                continue
            if chart.unit == "rows":
                assert sum(map(Decimal, chart.values)) == len(rows)
                continue
            of_currency = [row for row in rows if row["currency"] == chart.unit]
            kept = [row for row in of_currency if row.get("reporting_category") != "total"]
            if spec.shape is Shape.DAYS:  # rows without a day are said to be missing
                kept = [row for row in kept if row[chart_by(spec.by, row)]]
            amounts = [Decimal(row[spec.amount]) for row in kept if row[spec.amount]]
            assert sum(map(Decimal, chart.values)) == sum(amounts)


def chart_by(names: Sequence[str], row: dict[str, str]) -> str:
    return next(name for name in names if name in row)


def test_days_without_rows_are_zero_and_a_balance_stays() -> None:
    rows = [
        COLUMNS,
        ["2025-01-01 10:00:00", "usd", "0.10", "1.00", "charge"],
        ["2025-01-01 11:00:00", "usd", "0.20", "2.05", "charge"],
        ["2025-01-03 00:00:00", "usd", "0.00", "-4.00", "refund"],
    ]

    found = charts(rows)

    assert points(titled(found, "Net by day")) == {"2025-01-01": "3.05", "2025-01-02": "0.00", "2025-01-03": "-4.00"}
    assert points(titled(found, "Change of the balance over time")) == {
        "2025-01-01": "3.05",
        "2025-01-02": "3.05",
        "2025-01-03": "-0.95",
    }
    assert points(titled(found, "Fees by category")) == {"charge": "0.30", "refund": "0.00"}
    assert found.rows == 3


def test_a_long_time_is_drawn_by_months() -> None:
    rows = [COLUMNS, ["2023-01-31 00:00:00", "jpy", "0", "5", "a"], ["2025-02-01 00:00:00", "jpy", "0", "7", "a"]]

    chart = titled(charts(rows), "Net by day")

    assert (chart.by, len(chart.labels), chart.labels[0], chart.values[-1]) == ("Month", 26, "2023-01", "7")
    assert len(chart.labels) <= MOST_POINTS


@pytest.mark.parametrize(
    ("first", "last", "by", "labels"),
    [
        ("1700-03-01", "2099-12-31", "Century", ["1700s", "1800s", "1900s", "2000s"]),
        ("0001-01-01", "9999-12-31", "Century", [f"{number:02}00s" for number in range(100)]),
        ("1700-03-01", "2065-12-31", "Year", [str(year) for year in range(1700, 2066)]),
    ],
)
def test_a_mistyped_year_leaves_the_charts_of_a_file(first: str, last: str, by: str, labels: list[str]) -> None:
    rows = [COLUMNS, [first, "usd", "0", "5", "a"], [last, "usd", "0", "7", "a"]]

    chart = titled(charts(rows), "Net by day")

    assert (chart.by, list(chart.labels)) == (by, labels)
    assert (chart.values[0], chart.values[-1]) == ("5", "7")


def test_many_categories_are_drawn_together_and_nothing_is_lost() -> None:
    rows = [COLUMNS, *(["2025-01-01 00:00:00", "usd", str(number), "1.00", f"c{number}"] for number in range(100))]

    chart = titled(charts(rows), "Fees by category")

    assert len(chart.labels) == MOST_CATEGORIES + 1
    assert chart.labels[0] == "c99"
    assert chart.labels[-1] == "80 others"
    assert sum(map(int, chart.values)) == sum(range(100))


def test_each_currency_has_a_chart_of_its_own_and_more_are_named() -> None:
    codes = ["usd", "usd", "eur", "gbp", "chf", "sek"]
    rows = [COLUMNS, *(["2025-01-01 00:00:00", code, "0.00", "1.00", "charge"] for code in codes)]

    drawn = [chart for chart in charts(rows).charts if chart.title == "Net by day"]

    assert [chart.unit for chart in drawn] == ["usd", "chf", "eur", "gbp"]
    assert drawn[0].notes == (f"Charts are drawn of {MOST_CURRENCIES} currencies; the file has SEK, too.",)


def test_amounts_are_added_exactly() -> None:
    huge = "9007199254740993.01"
    rows = [COLUMNS, *(["2025-01-01 00:00:00", "usd", "0.00", huge, "charge"] for _ in range(3))]

    assert titled(charts(rows), "Net by day").values == ("27021597764222979.03",)


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([COLUMNS], "the file has no rows"),
        ([["description"], ["x"]], "none of the columns"),
        ([["created", "net"], ["2025-01-01 00:00:00", "1.00"]], "without the column currency"),
        ([["created", "net", "currency"], ["2025-01-01 00:00:00", "=1+1", "usd"]], "'=1+1' in the column net"),
        ([["created", "net", "currency"], ["2025-01-01 00:00:00", "NaN", "usd"]], "'NaN' in the column net"),
        ([["created", "net", "currency"], ["", "1.00", "usd"]], "the column created has no values"),
    ],
)
def test_where_no_chart_is_drawn_it_is_said_why(rows: list[list[str]], why: str) -> None:
    found = charts(rows)

    assert found.charts == ()
    assert why in found.why_none


def test_a_run_of_one_currency_needs_no_column_of_it() -> None:
    found = charts([["created", "net"], ["2025-01-01 00:00:00", "1.00"]], currency="eur")

    assert [chart.unit for chart in found.charts] == ["eur", "eur"]


def test_memory_is_bounded_by_the_groups_that_are_kept() -> None:
    many = [["2025-01-01 00:00:00", "usd", "0.00", "1.00", str(number)] for number in range(MOST_GROUPS + 1)]

    titles = [chart.title for chart in charts([COLUMNS, *many]).charts]

    assert titles == ["Net by day", "Change of the balance over time"]


def test_a_comma_before_the_decimals_is_read() -> None:
    order = ChartOrder("file_1", 1, "", ACTIVITY, ",", None)

    found = charts_of(iter([COLUMNS, ["2025-01-01 00:00:00", "eur", "0,10", "1,00", "charge"]]), order)

    assert titled(found, "Net by day").values == ("1.00",)


class Computing:
    """Counts how often charts were computed. trouble: what computing raises"""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble = trouble
        self.times = 0

    async def __call__(self) -> Charts:
        self.times += 1
        await asyncio.sleep(0)
        if self.trouble is not None:
            raise self.trouble
        return Charts(self.times, ())


def test_charts_are_computed_once_for_visitors_at_the_same_time() -> None:
    async def ask() -> None:
        cache, computing = ChartCache(), Computing()

        found = await asyncio.gather(*(cache.of("file_1", computing) for _ in range(3)))

        assert (found, computing.times) == ([Charts(1, ())] * 3, 1)

    asyncio.run(ask())


def test_trouble_is_not_kept() -> None:
    async def ask() -> None:
        cache, computing = ChartCache(), Computing(StoreUnavailable("Busy."))
        for _ in range(2):
            with pytest.raises(StoreUnavailable, match="Busy"):
                await cache.of("file_1", computing)

        assert computing.times == 2

    asyncio.run(ask())


def test_the_cache_of_charts_has_an_end() -> None:
    async def ask() -> None:
        cache, computing = ChartCache(), Computing()
        for number in range(MOST_FILES + 1):
            await cache.of(f"file_{number}", computing)
        await cache.of(f"file_{MOST_FILES}", computing)
        assert computing.times == MOST_FILES + 1

        await cache.of("file_0", computing)
        assert computing.times == MOST_FILES + 2

    asyncio.run(ask())


def test_rows_are_the_same_however_the_file_is_cut() -> None:
    contents = '"a","b"\n"1","two\nlines, \r ""quoted"" é"\n,"x"\n'.encode()

    whole = list(rows_of([contents]))

    assert whole == [["a", "b"], ["1", 'two\nlines, \r "quoted" é'], ["", "x"]]
    for size in range(1, 12):
        assert list(rows_of([contents[at : at + size] for at in range(0, len(contents), size)])) == whole
    assert list(rows_of([b'"a"\n\n"1"\n'])) == [["a"], [""], ["1"]]
