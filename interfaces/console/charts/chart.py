"""The charts of a result, as a page shows them."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Shape(StrEnum):
    """How a chart's points are made of rows, and drawn."""

    DAYS = "days"
    """A sum for each day; for each month, year or century of a long time."""

    RUNNING = "running"
    """The sum of all days up to each one."""

    CATEGORIES = "categories"
    """A sum for each value, the largest first; small ones together."""

    IN_ORDER = "in order"
    """A sum for each value, as the rows come."""

    PERIODS = "periods"
    """A sum for each value, in the order of the values."""

    @property
    def is_line(self) -> bool:
        return self is Shape.RUNNING


class Chart(NamedTuple):
    """One chart of one currency.

    by      what the labels are, as `Day`
    unit    the currency, or `rows`
    values  exact decimals, one for each label
    notes   sentences about what is not drawn
    """

    title: str
    by: str
    unit: str
    is_line: bool
    labels: tuple[str, ...]
    values: tuple[str, ...]
    notes: tuple[str, ...] = ()


class Charts(NamedTuple):
    """What one file has. rows: how many were read; why_none: a sentence; empty where there are charts"""

    rows: int
    charts: tuple[Chart, ...]
    why_none: str = ""
