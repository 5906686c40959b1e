"""Which cells of a workbook are numbers: amounts and counts that a spreadsheet program keeps exactly."""

from __future__ import annotations

import re
from typing import NamedTuple

from domain.report_types.amount_columns import AMOUNTS, COUNTS

MOST_DIGITS = 15
"""Significant digits that spreadsheet programs keep of a number, and a float as well."""

_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", re.ASCII)

_MINUS_ZERO = re.compile(r"-0(?:\.0+)?", re.ASCII)


class Number(NamedTuple):
    """decimals: how many are shown"""

    value: float
    decimals: int


def holds_numbers(column: str) -> bool:
    return column in AMOUNTS or column in COUNTS


def number_of(text: str, decimal_separator: str) -> Number | None:
    """The number that a cell says; None where it is text, or a number that would not stay the same."""
    plain = text.replace(decimal_separator, ".") if decimal_separator != "." else text
    if not _DECIMAL.fullmatch(plain) or _MINUS_ZERO.fullmatch(plain):
        return None
    if len(plain.lstrip("-0.").replace(".", "")) > MOST_DIGITS:
        return None
    return Number(float(plain), len(plain.partition(".")[2]))
