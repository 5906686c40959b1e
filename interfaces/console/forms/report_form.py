"""The form of a report type: exactly the parameters that its catalogue entry has, and reading them back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.ledger.reporting_category import KNOWN_CATEGORIES
from domain.money import CURRENCIES
from domain.report_types import ReportType
from domain.runs.run_parameters import DECIMAL_SEPARATORS
from domain.runs.timezones import timezones
from interfaces.console.form_body import FormFields
from interfaces.console.forms.offered_periods import bounds_of

INTERVAL = ("interval_start", "interval_end")

KEYED = "[key]"
"""The end of a column that stands for one column for each key of the metadata."""

_KEYED_COLUMN = re.compile(r"[^\s,\[]+\[[^\]]*\]|[^\s,]+")
"""One of several columns that are separated by commas or spaces; its key may have both."""

_KINDS = {"interval_start": "instant", "interval_end": "instant", "payout": "payout"}
"""Parameter -> the kind of its field, where it is neither a choice nor a text."""

_HINTS = {
    "interval_start": "In the timezone below, inclusive. What stands here counts instead of the period.",
    "interval_end": "In the timezone below, exclusive. What stands here counts instead of the period.",
    "currency": "Rows settled in this currency only.",
    "reporting_category": "Rows of this category only.",
    "timezone": "Of the interval and of the times in the file. Etc/UTC where there is none.",
    "payout": "The id of a payout, po_...; a search finds it.",
    "connected_account": "Rows of this connected account only, acct_...",
    "connected_accounts": "Rows of these accounts only, separated by commas or spaces.",
}


class Field(NamedTuple):
    """One field. choices: the values to choose from; suggestions: values that are offered, while others may be typed"""

    name: str
    kind: str
    required: bool
    hint: str = ""
    choices: Sequence[str] = ()
    suggestions: Sequence[str] = ()


def fields_of(report_type: ReportType, currencies: Sequence[str] = CURRENCIES) -> list[Field]:
    """Its parameters, but for the columns, the required ones first. currencies: those to choose from"""
    names = [name for name in (*report_type.required, *report_type.optional) if name != "columns"]
    ordered = sorted(names, key=lambda name: INTERVAL.index(name) if name in INTERVAL else len(INTERVAL))
    return [_field(name, currencies, required=name in report_type.required) for name in ordered]


def _field(name: str, currencies: Sequence[str], *, required: bool) -> Field:
    choices, suggestions = _choices(name, currencies), _suggestions(name)
    kind = "choice" if choices else _KINDS.get(name, "text")
    return Field(name, kind, required, _HINTS.get(name, ""), choices, suggestions)


def _choices(name: str, currencies: Sequence[str]) -> Sequence[str]:
    if name == "currency":
        return currencies
    return DECIMAL_SEPARATORS if name in ("decimal_separator", "decimal_format") else ()


def _suggestions(name: str) -> Sequence[str]:
    if name == "reporting_category":
        return KNOWN_CATEGORIES
    return sorted(timezones()) if name == "timezone" else ()


def columns_in_order(report_type: ReportType, form: FormFields | None) -> list[tuple[str, bool]]:
    """The columns of the form and whether each is ticked: those that are come first, in the visitor's order.

    There are none for a type whose columns cannot be chosen.
    """
    if not report_type.takes("columns"):
        return []
    plain = [column for column in report_type.columns if KEYED not in column]
    chosen = form.get("columns", ()) if form is not None else report_type.default_columns
    ticked = [column for column in chosen if column in plain]
    return [(column, True) for column in ticked] + [(column, False) for column in plain if column not in ticked]


def keyed_columns(report_type: ReportType) -> list[str]:
    """Columns that the visitor completes with a key."""
    return [column for column in report_type.columns if KEYED in column and report_type.takes("columns")]


def raw_parameters(report_type: ReportType, form: FormFields) -> dict[str, Any]:
    """What the form says, as a caller of the API would send it: fields that are empty are left out."""
    raw: dict[str, Any] = _interval(report_type, form)
    for field in fields_of(report_type):
        text = form.text(field.name)
        if field.kind == "instant" or not text:
            continue
        raw[field.name] = text.replace(",", " ").split() if field.name == "connected_accounts" else text
    columns = [*form.get("columns", ()), *_KEYED_COLUMN.findall(form.text("more_columns"))]
    if report_type.takes("columns") and columns != list(report_type.default_columns):
        raw["columns"] = columns
    return raw


def _interval(report_type: ReportType, form: FormFields) -> dict[str, Any]:
    taken = [name for name in INTERVAL if report_type.takes(name)]
    zone = _zone(form.text("timezone") if report_type.takes("timezone") else "")
    typed = {name: _typed_seconds(form.text(name), zone) for name in taken if form.text(name)}
    bounds = bounds_of(form.text("period"))
    if typed or bounds is None:
        return dict(typed)
    return {name: _period_seconds(value, zone) for name, value in zip(INTERVAL, bounds, strict=True) if name in taken}


def _zone(name: str) -> tzinfo:
    """UTC for a name that the API's check refuses."""
    try:
        return ZoneInfo(name) if name in timezones() else UTC
    except ZoneInfoNotFoundError:
        return UTC


def _typed_seconds(text: str, zone: tzinfo) -> str:
    """`2025-01-31T00:00` in a zone -> Unix seconds; other text as it is, so that the API's check names it."""
    try:
        return _seconds(datetime.fromisoformat(text), zone)
    except (ValueError, OverflowError):
        return text


def _period_seconds(value: str, zone: tzinfo) -> str:
    """The edge of a period, whose form has it in UTC, in a zone: January begins at midnight there."""
    try:
        return _seconds(datetime.fromtimestamp(int(value), UTC), zone)
    except (ValueError, OverflowError, OSError):
        return value


def _seconds(moment: datetime, zone: tzinfo) -> str:
    return str(int(moment.replace(tzinfo=zone).timestamp()))
