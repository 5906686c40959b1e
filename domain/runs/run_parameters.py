"""Checks the raw parameters of a run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from domain.errors import (
    ColumnNotOffered,
    ColumnRepeated,
    EmptyParameter,
    IntervalReversed,
    MissingParameter,
    NotAnInteger,
    NotOneOf,
    OneOrMany,
    ParameterPath,
    TooLong,
    UnknownCurrency,
    UnknownParameters,
    UnknownTimezone,
    WrongShape,
    run_parameter,
)
from domain.instants import LATEST
from domain.ledger.availability import DataWindow
from domain.ledger.reporting_category import KNOWN_CATEGORIES
from domain.money import CURRENCIES, is_currency
from domain.report_types import ReportType
from domain.runs.timezones import timezones

MAX_STRING = 5000
"""Characters that a parameter may have, as in Stripe's API."""

DECIMAL_SEPARATORS = (".", ",")

UTC_ZONE = "Etc/UTC"

Check = Callable[[Any, ParameterPath], Any]
"""Raw value and its place -> the checked value; raises an `InvalidParameter`."""


class RunParameters(NamedTuple):
    """What a run computes, checked.

    as_sent   as callers read them back: only the keys that they sent, numbers as numbers
    columns   in the order of the file; the type's default columns when the caller named none
    interval_start, interval_end   Unix seconds, `[start, end)`; None where the type does not take them
    timezone  how times are printed; it never moves the interval
    """

    as_sent: dict[str, Any]
    columns: tuple[str, ...]
    interval_start: int | None = None
    interval_end: int | None = None
    timezone: str = UTC_ZONE
    currency: str | None = None
    reporting_category: str | None = None
    payout: str | None = None
    customer: str | None = None
    invoice: str | None = None
    invoice_line_item: str | None = None
    connected_account: str | None = None
    connected_accounts: tuple[str, ...] = ()
    decimal_separator: str = "."

    @property
    def named_accounts(self) -> dict[str, ParameterPath]:
        """The connected accounts that the caller names, each with the parameter that names it."""
        if self.connected_account is not None:
            return {self.connected_account: run_parameter("connected_account")}
        return {id: run_parameter("connected_accounts", str(place)) for place, id in enumerate(self.connected_accounts)}

    def must_lie_in(self, window: DataWindow, report_type: str) -> None:
        """Raises `OutsideDataWindow` when the interval asks for what the ledger does not have."""
        for edge, instant in (("interval_start", self.interval_start), ("interval_end", self.interval_end)):
            if instant is not None:
                window.must_hold(report_type, edge, instant)


def check_parameters(
    report_type: ReportType, raw: Mapping[str, Any], *, more_categories: Collection[str] = ()
) -> RunParameters:
    """Check what a caller sent against what the report type takes.

    raw              values as a form gives them (text, lists of text) or as events keep them (integers too)
    more_categories  reporting categories of the ledger's rows beside the known ones

    Raises an `InvalidParameter` for the first fault: unknown names, then missing ones, then values.
    """
    unknown = [run_parameter(name) for name in raw if not report_type.takes(name)]
    if unknown:
        raise UnknownParameters(unknown, (*report_type.required, *report_type.optional))
    for name in report_type.required:
        if name not in raw:
            raise MissingParameter(run_parameter(name))
    checked: dict[str, Any] = {}
    for name, value in raw.items():
        check: Check = _CHECKS.get(name, _text)
        if name == "reporting_category":
            check = _one_of((*KNOWN_CATEGORIES, *more_categories))
        checked[name] = check(value, run_parameter(name))
    start, end = checked.get("interval_start"), checked.get("interval_end")
    if start is not None and end is not None and start >= end:
        raise IntervalReversed(start, end)
    if "connected_account" in checked and "connected_accounts" in checked:
        raise OneOrMany("connected_account", "connected_accounts")
    columns = tuple(checked.get("columns", ())) or report_type.default_columns
    if columns is not report_type.default_columns:
        _must_be_offered(columns, report_type)
    values = {name: value for name, value in checked.items() if name in _FIELDS and name != "columns"}
    if "connected_accounts" in values:
        values["connected_accounts"] = tuple(values["connected_accounts"])
    if "decimal_format" in checked:
        values["decimal_separator"] = checked["decimal_format"]
    return RunParameters(as_sent=checked, columns=columns, **values)


def separator_in(parameters: Mapping[str, Any]) -> str:
    """What stands before the decimals in the file of a run with these parameters."""
    return str(parameters.get("decimal_format") or parameters.get("decimal_separator") or DECIMAL_SEPARATORS[0])


def _must_be_offered(columns: tuple[str, ...], report_type: ReportType) -> None:
    seen: set[str] = set()
    for column in columns:
        if not report_type.has_column(column):
            raise ColumnNotOffered(column, report_type.id, report_type.columns)
        if column in seen:
            raise ColumnRepeated(column)
        seen.add(column)


def _text(value: Any, param: ParameterPath) -> str:
    if isinstance(value, dict):
        raise WrongShape(f"Invalid string: {_json(value)}", param)
    if isinstance(value, list):
        raise WrongShape(f"Invalid string: {_json({str(i): item for i, item in enumerate(value)})}", param)
    text = str(value)
    if not text:
        raise EmptyParameter(param)
    if len(text) > MAX_STRING:
        raise TooLong(text, MAX_STRING, param)
    return text


def _instant(value: Any, param: ParameterPath) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = _text(value, param).strip()
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 12:
        raise NotAnInteger(text[:100], param)
    seconds = int(text)
    if not 0 <= seconds <= LATEST:
        raise NotAnInteger(text, param)
    return seconds


def _texts(value: Any, param: ParameterPath) -> list[str]:
    if not value:
        raise EmptyParameter(param)
    if not isinstance(value, list):
        raise WrongShape("Invalid array", param)
    return [_text(item, run_parameter(*param.parts, str(index))) for index, item in enumerate(value)]


def _currency(value: Any, param: ParameterPath) -> str:
    code = _text(value, param)
    if not is_currency(code):
        raise UnknownCurrency(code[:20], CURRENCIES, param)
    return code


def _timezone(value: Any, param: ParameterPath) -> str:
    zone = _text(value, param)
    if zone not in timezones():
        raise UnknownTimezone(zone, timezones(), param)
    return zone


def _one_of(allowed: Sequence[str]) -> Check:
    """A check for a closed list of values."""

    def check(value: Any, param: ParameterPath) -> str:
        text = _text(value, param)
        if text not in allowed:
            raise NotOneOf(param, allowed, text)
        return text

    return check


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()[:200]


_CHECKS: dict[str, Check] = {
    "interval_start": _instant,
    "interval_end": _instant,
    "columns": _texts,
    "connected_accounts": _texts,
    "currency": _currency,
    "timezone": _timezone,
    "decimal_separator": _one_of(DECIMAL_SEPARATORS),
    "decimal_format": _one_of(DECIMAL_SEPARATORS),
}

_FIELDS = frozenset(RunParameters._fields)
