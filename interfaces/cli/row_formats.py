"""Rows that are printed one by one, as a table, JSON lines or CSV. None is kept: there may be millions."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson

FORMATS = ("table", "jsonl", "csv")

Row = Mapping[str, Any]

Line = Callable[[Row], str]


def add_format(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--format", choices=FORMATS, default="table", help="table (default), jsonl (a JSON object a line) or csv"
    )


def print_rows(rows: Iterable[Row], widths: Mapping[str, int], format: str) -> int:
    """Print the rows below a heading, which JSON lines do without; gives their number.

    widths  name of each column -> its characters in a table; 0: only JSON lines and CSV have it. A longer value moves
            what follows it to the right
    """
    names = [name for name, width in widths.items() if width or format != "table"]
    line: Line = {"table": _table_line(names, widths), "jsonl": _json_line, "csv": _csv_line(names)}[format]
    if format != "jsonl":
        sys.stdout.write(line({name: name for name in names}))
    count = 0
    for row in rows:
        sys.stdout.write(line({name: row[name] for name in names}))
        count += 1
    return count


def _table_line(names: Sequence[str], widths: Mapping[str, int]) -> Line:
    def line(row: Row) -> str:
        cells = (("-" if row[name] is None else str(row[name])).ljust(widths[name]) for name in names)
        return "  ".join(cells).rstrip() + "\n"

    return line


def _json_line(row: Row) -> str:
    return orjson.dumps(row).decode() + "\n"


def _csv_line(names: Sequence[str]) -> Line:
    def line(row: Row) -> str:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow([_cell(row[name]) for name in names])
        return text.getvalue()

    return line


def _cell(value: Any) -> Any:
    """A list or hash as JSON."""
    return orjson.dumps(value).decode() if isinstance(value, (dict, list)) else value
