"""The header of a report's file: TOML in the comment that the file begins with."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from domain.report_types import CUSTOM_FAMILY, ReportType

KEYS = ("id", "name", "columns", "required", "optional", "live_only", "engines")

ENGINES = ("duckdb", "spark")
"""What `engines` may name: DuckDB always, and Spark for a type that opts in to a server."""

_HEADER = re.compile(r"\s*/\*(.*?)\*/(.*)", re.DOTALL)
_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*\.[1-9][0-9]{0,5}", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)


class BrokenReport(ValueError):
    """A file that is no report; the message says why, without the file's name."""


class CheckBrokenOff(BrokenReport):
    """A file whose check did not come to its end; another one may, on a machine that is less busy."""


class OverLimit(CheckBrokenOff):
    """A file whose SQL takes too much memory; the process that tried it may still hold some of it."""


def report_of(text: str) -> tuple[ReportType, str]:
    """The report type that a file describes, and its SQL. Raises `BrokenReport`."""
    header, sql = _parts_of(text)
    return _report_type(header), sql.strip().removesuffix(";")


def engines_of(text: str) -> tuple[str, ...]:
    """The engines that a file's report may be made by. Raises `BrokenReport`."""
    engines = _names(_parts_of(text)[0], "engines", least=0) or ENGINES[:1]
    if "duckdb" not in engines or not set(engines) <= set(ENGINES):
        raise BrokenReport(f"its engines are {list(engines)}; give {list(ENGINES[:1])} or {list(ENGINES)}")
    return engines


def _parts_of(text: str) -> tuple[Mapping[str, Any], str]:
    parts = _HEADER.fullmatch(text)
    if parts is None:
        raise BrokenReport("it does not begin with a comment /* ... */ that says what it is")
    try:
        header = tomllib.loads(parts[1])
    except tomllib.TOMLDecodeError as fault:
        raise BrokenReport(f"its header is not TOML: {fault}") from None
    return header, parts[2]


def _report_type(header: Mapping[str, Any]) -> ReportType:
    unknown = [key for key in header if key not in KEYS]
    if unknown:
        raise BrokenReport(f"its header has {unknown[0]!r}; it may have {', '.join(KEYS)}")
    id, name = _text(header, "id"), _text(header, "name")
    if not _ID.fullmatch(id):
        raise BrokenReport(f"its id is {id!r}; give small letters with dots and a version last: shop.fees_by_day.1")
    columns, required = _names(header, "columns"), _names(header, "required", least=0)
    optional = tuple(one for one in _names(header, "optional", least=0) if one != "columns")
    both = set(required) & {*optional, "columns", "account"} | {"account"} & set(optional)
    if both:
        raise BrokenReport(f"its parameter {min(both)!r} is named twice, or is one that every report has")
    live_only = header.get("live_only", False)
    if not isinstance(live_only, bool):
        raise BrokenReport("its live_only is neither true nor false")
    return ReportType(
        id=id,
        name=name,
        family=CUSTOM_FAMILY,
        grain="own",
        base_id=None,
        version=int(id.rpartition(".")[2]),
        required=required,
        optional=(*optional, "columns"),
        columns=columns,
        default_columns=columns,
        live_only=live_only,
    )


def _text(header: Mapping[str, Any], key: str) -> str:
    value = header.get(key)
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        raise BrokenReport(f"its header has no {key}, which must be a text of 200 characters at most")
    return value


def _names(header: Mapping[str, Any], key: str, least: int = 1) -> tuple[str, ...]:
    value = header.get(key, [])
    if not isinstance(value, list) or len(value) < least:
        raise BrokenReport(f"its {key} must be a list of names")
    for name in value:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise BrokenReport(f"its {key} has {name!r}; names are small letters, digits and underscores")
    if len(set(value)) < len(value):
        raise BrokenReport(f"its {key} name something twice")
    return tuple(value)
