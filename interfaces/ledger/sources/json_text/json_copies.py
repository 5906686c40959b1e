"""Copies of JSON files with one object a line: arrays and pages taken apart, long lines measured."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from domain.errors import LedgerRefused
from interfaces.ledger.sources.json_text.json_stream import JsonStream, is_page
from interfaces.ledger.sources.source_file import SourceFile
from interfaces.ledger.sources.text_files import (
    MAX_RECORD_BYTES,
    LineTooLong,
    lines,
    must_be_utf8,
    opened_text,
    too_long,
)
from interfaces.ledger.sources.workspace import Workspace

_SPACES = " \t\r\n\f"

_COPY = "objects.jsonl"


@dataclass(frozen=True, slots=True)
class ObjectsCopy:
    """A file with one object a line. has_more: of the last page that was taken apart; None when there was none"""

    path: Path
    has_more: bool | None


def copy_of_objects(file: SourceFile, workspace: Workspace) -> ObjectsCopy:
    """Raises `LedgerRefused` for the first value that cannot be read."""
    return _copy_of_text(file, workspace) if file.format == "json" else _copy_of_lines(file, workspace)


def _copy_of_text(file: SourceFile, workspace: Workspace) -> ObjectsCopy:
    """Values on any number of lines, one after the other."""
    row = 0
    try:
        with opened_text(file.path) as text, workspace.create_text(_COPY) as out:
            stream = JsonStream(text)
            for row, item in enumerate(stream.objects(), start=1):
                _write_line(item, out, file.name, row)
    except LineTooLong:
        raise too_long(file.name, row + 1) from None
    except RecursionError:
        raise LedgerRefused("The JSON is nested too deeply to be read.", file=file.name, row=row or None) from None
    except json.JSONDecodeError as error:
        if row == 0:
            return _copy_of_lines(file, workspace)  # the checks of lines name the one at fault
        raise LedgerRefused(f"The JSON cannot be read behind this row: {error.msg}.", file=file.name, row=row) from None
    return ObjectsCopy(workspace.path_of(_COPY), stream.has_more)


def _copy_of_lines(file: SourceFile, workspace: Workspace) -> ObjectsCopy:
    """One value a line. A line that is none is copied as it is, for the checks of lines to name it."""
    row, has_more = 0, None
    with opened_text(file.path) as text, workspace.create_text(_COPY) as out:
        try:
            for line in filter(None, (line.strip(_SPACES) for line in lines(text))):
                stream = JsonStream(io.StringIO(line))
                for item in stream.objects() if _is_several(line) else [line]:
                    row += 1
                    _write_line(item, out, file.name, row)
                has_more = has_more if stream.has_more is None else stream.has_more
        except LineTooLong:
            raise too_long(file.name, row + 1) from None
    return ObjectsCopy(workspace.path_of(_COPY), has_more)


def _is_several(line: str) -> bool:
    """Whether a line is a page or an array of objects."""
    try:
        if line.startswith("{"):
            return is_page(line)
        values = json.loads(line) if line.startswith("[") else None
    except (ValueError, RecursionError):
        return False
    return isinstance(values, list) and all(isinstance(value, dict) for value in values)


def _write_line(item: str, out: TextIO, file: str, row: int) -> None:
    must_be_utf8(item, file, row)
    if len(item.encode()) > MAX_RECORD_BYTES:
        raise too_long(file, row)
    out.write(item.replace("\n", " ").replace("\r", " ") + "\n")  # JSON texts hold no plain line ends
