"""Adds up the rows of a result for its charts, in one pass and exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from interfaces.console.charts.chart import Chart, Charts, Shape
from interfaces.console.charts.chart_points import EXACT, points_of
from interfaces.console.charts.chart_specs import ChartSpec, specs_of

MOST_CURRENCIES = 4
"""Currencies that a chart is drawn for, those of most rows first."""

MOST_GROUPS = 50_000
"""Groups of one chart that are kept in memory."""

ROWS = "rows"

_TOTAL = "total"
"""The category of rows that sum up others."""


class ChartOrder(NamedTuple):
    """What charts are computed of.

    sha256      of the file on record, hex
    definition  of the report type
    currency    of all rows, where the run named one
    """

    file_id: str
    size: int
    sha256: str
    definition: str
    decimal_separator: str
    currency: str | None


def charts_of(rows: Iterator[list[str]], order: ChartOrder) -> Charts:
    """The charts of a file. rows: the first one has the names of the columns"""
    columns = next(rows, [])
    sums = [
        _Sums(spec, columns, by, order.decimal_separator, order.currency)
        for spec, by in specs_of(order.definition, columns)
    ]
    if not sums:
        return Charts(0, (), "No chart is drawn: the file has none of the columns that charts of this report show.")
    count = 0
    for row in rows:
        count += 1
        for one in sums:
            one.add(row)
    charts = tuple(chart for one in sums for chart in one.charts())
    if not count:
        return Charts(0, (), "No chart is drawn: the file has no rows.")
    return Charts(count, charts, "" if charts else " ".join(dict.fromkeys(one.why_none() for one in sums)))


class _Sums:
    """The sums of one chart: currency -> group -> sum."""

    def __init__(self, spec: ChartSpec, columns: Sequence[str], by: str, separator: str, currency: str | None) -> None:
        self._spec = spec
        self._by, self._by_place = by, columns.index(by)
        self._amount_place = columns.index(spec.amount) if spec.amount else None
        self._currency_place = columns.index("currency") if spec.amount and "currency" in columns else None
        self._unit = currency if spec.amount else ROWS
        self._separator = separator
        self._sums: dict[str, dict[str, Decimal]] = defaultdict(dict)
        self._rows: dict[str, int] = defaultdict(int)
        self._groups = 0
        self._trouble = ""
        if self._unit is None and self._currency_place is None:
            self._trouble = "No chart is drawn: without the column currency, amounts of several currencies may meet."

    def add(self, row: Sequence[str]) -> None:
        if self._trouble:
            return
        group = row[self._by_place]
        if self._by == "reporting_category" and group == _TOTAL:
            return
        if self._spec.shape in (Shape.DAYS, Shape.RUNNING):
            group = group[:10]
        unit = self._unit or ""
        if self._currency_place is not None:
            unit = row[self._currency_place]
        amount = self._amount_of(row)
        if amount is None:
            return
        groups = self._sums[unit]
        if group not in groups:
            self._must_be_few(group)
        groups[group] = EXACT.add(groups.get(group, Decimal(0)), amount)
        self._rows[unit] += 1

    def _amount_of(self, row: Sequence[str]) -> Decimal | None:
        """None for a row without an amount, or with one that cannot be read."""
        if self._amount_place is None:
            return Decimal(1)
        text = row[self._amount_place]
        if not text:
            return None
        try:
            amount = Decimal(text.replace(self._separator, "."))
        except InvalidOperation:
            amount = Decimal("nan")
        if amount.is_finite():
            return amount
        self._trouble = f"No chart is drawn: {text[:40]!r} in the column {self._spec.amount} is no amount."
        return None

    def _must_be_few(self, group: str) -> None:
        self._groups += 1
        if self._groups > MOST_GROUPS:
            self._trouble = f"No chart is drawn: the column {self._by} has more than {MOST_GROUPS:,} values."

    def charts(self) -> Iterator[Chart]:
        """One for each currency, those of most rows first."""
        if self._trouble:
            return
        units = sorted(self._sums, key=lambda unit: (-self._rows[unit], unit))
        for unit in units[:MOST_CURRENCIES]:
            points = points_of(self._spec.shape, self._sums[unit])
            if points is None:
                continue
            notes = list(points.notes)
            if len(units) > MOST_CURRENCIES:
                others = ", ".join(units[MOST_CURRENCIES:][:20]).upper()
                notes.append(f"Charts are drawn of {MOST_CURRENCIES} currencies; the file has {others}, too.")
            yield Chart(
                self._spec.title, points.by or self._by, unit, self._spec.shape.is_line,
                points.labels, points.values, tuple(notes),
            )  # fmt: skip

    def why_none(self) -> str:
        return self._trouble or f"No chart is drawn: the column {self._by} has no values."
