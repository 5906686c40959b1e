"""The flags of `run` that set the parameters of a report, and the parameters that they amount to."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.errors import InvalidParameter, run_parameter
from domain.instants import parse_instant
from domain.report_types import ReportType
from domain.runs.run_parameters import UTC_ZONE
from domain.runs.timezones import timezones
from interfaces.cli import periods
from interfaces.cli.arguments import plain, time_text
from interfaces.cli.parameter_flags import FLAGS, flag_of

EDGES = ("interval_start", "interval_end")

LISTS = ("columns", "connected_accounts")
"""Parameters that take several values, separated by commas."""

PERIODS = ("month", "quarter", "year", "yesterday")
"""Flags that stand for both edges of an interval."""

_COMMA = re.compile(r",(?![^\[\]]*\])")
"""One that is not part of a metadata key: `payment_metadata[a,b]`."""


def add_parameter_flags(command: argparse.ArgumentParser) -> None:
    command.add_argument("--interval-start", type=time_text, metavar="T", help="default: where the data begins")
    command.add_argument("--interval-end", type=time_text, metavar="T", help="default: where the data ends")
    period = command.add_mutually_exclusive_group()
    period.add_argument("--month", type=periods.month, metavar="2025-01", help="the interval is this month")
    period.add_argument("--quarter", type=periods.quarter, metavar="2025Q1", help="the interval is this quarter")
    period.add_argument("--year", type=periods.year, metavar="2025", help="the interval is this year")
    period.add_argument("--yesterday", action="store_true", default=None, help="the interval is the day before today")
    command.add_argument("--timezone", type=plain, metavar="ZONE", help="of the times given and printed (Etc/UTC)")
    command.add_argument("--currency", type=plain, metavar="CODE", help="rows settled in this currency only")
    command.add_argument("--columns", type=plain, metavar="A,B", help="columns of the file, in this order")
    command.add_argument(
        "--param", action="append", type=plain, default=[], metavar="NAME=VALUE", help="any other parameter"
    )


def given_flags(options: argparse.Namespace) -> Iterator[str]:
    """The flags for parameters that were given."""
    names = (*FLAGS, *PERIODS)
    yield from (_flag(name) for name in names if getattr(options, name) is not None)
    yield from ("--param",) if options.param else ()


def parameters_of(options: argparse.Namespace, report_type: ReportType, now: datetime) -> dict[str, Any]:
    """The raw parameters that the flags amount to. Raises `InvalidParameter` for flags that contradict each other.

    Times without a zone are local to the report's time zone.
    """
    given = {name: getattr(options, name) for name in FLAGS if getattr(options, name) is not None}
    for pair in options.param:
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise InvalidParameter(f"{pair!r} is not NAME=VALUE.")
        if name in given:
            raise InvalidParameter(f"{name} is given twice. Give it once.")
        given[name] = value
    zone = _zone(given.get("timezone", UTC_ZONE))
    raw: dict[str, Any] = {name: _value(name, text, zone) for name, text in given.items()}
    return raw | _edges_of_period(options, report_type, raw, now, zone)


def _value(name: str, text: str, zone: tzinfo) -> Any:
    """The value as the API takes it."""
    if name in EDGES and text:
        try:
            return parse_instant(text, zone)
        except ValueError as wrong:
            raise InvalidParameter(f"{flag_of(run_parameter(name))}: {wrong}", run_parameter(name)) from None
    if name in LISTS:
        return _COMMA.split(text)
    return text.lower() if name == "currency" else text


def _zone(name: str) -> tzinfo:
    """The zone in which times are meant; UTC for a name that is refused when the parameters are checked."""
    if name not in timezones():
        return UTC
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        raise InvalidParameter(
            f"This machine has no data of the time zone {name}. Give another name of it.", run_parameter("timezone")
        ) from None


def _edges_of_period(
    options: argparse.Namespace, report_type: ReportType, raw: dict[str, Any], now: datetime, zone: tzinfo
) -> dict[str, int]:
    """The edges of the interval that a period stands for, as far as the type takes them."""
    flag = next((name for name in PERIODS if getattr(options, name) is not None), None)
    if flag is None:
        return {}
    for edge in EDGES:
        if edge in raw:
            raise InvalidParameter(f"{_flag(flag)} is the interval. Leave {_flag(edge)} out.", run_parameter(edge))
    if not any(map(report_type.takes, EDGES)):
        raise InvalidParameter(f"The report type {report_type.id} takes no interval. Leave {_flag(flag)} out.")
    period = periods.yesterday(now, zone) if flag == "yesterday" else getattr(options, flag)
    return {edge: seconds for edge, seconds in zip(EDGES, period.edges(zone), strict=True) if report_type.takes(edge)}


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
