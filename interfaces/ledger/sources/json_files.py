"""Files of API objects: one JSON object a line, nested as the API returns it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from domain.errors import LedgerRefused
from domain.ledger.tables import Table
from interfaces.ledger.checks.conversions import Value
from interfaces.ledger.checks.row_check import RowCheck
from interfaces.ledger.sources.json_stream import JsonStream, NotAList
from interfaces.ledger.sources.records import Records
from interfaces.ledger.sources.source_file import SourceFile
from interfaces.ledger.sources.text_files import (
    LONG_RECORD_LIMITS,
    MAX_RECORD_BYTES,
    PARALLEL_LIMITS,
    LineTooLong,
    lines,
    must_be_utf8,
    opened_text,
    too_long,
)
from interfaces.ledger.sources.workspace import Workspace
from interfaces.ledger.sql_text import file_literal, quoted, text_list

_SPACES = " \t\r\n\f"

_ANSWER, _COPY = "answer.jsonl", "lines.jsonl"

_OBJECTS = {
    "payment_method_cards": "payment_method",
    "tax_transactions": "tax.transaction",
    "revenue_entries": "revenue_entry",
}
"""Tables read from objects with another name than the table's singular."""


def one_object_a_line(file: SourceFile, workspace: Workspace) -> Path:
    """A file of JSON lines: the file itself, or a copy of the items of an answer of the API.

    Such an answer is one object, a list, or the API's `{"object": "list", "data": [...]}`, on any number of lines.
    """
    row = 0
    try:
        with opened_text(file.path) as text, workspace.create_text(_ANSWER) as out:
            for row, item in enumerate(JsonStream(text).list_items(), start=1):
                _write_line(item, out, file.name, row)
    except NotAList:
        return _single_object(file, workspace)
    except LineTooLong:
        raise too_long(file.name, row + 1) from None
    except RecursionError:
        raise LedgerRefused("The JSON is nested too deeply to be read.", file=file.name, row=row or None) from None
    except json.JSONDecodeError as error:
        if row == 0:
            return file.path  # the checks of lines name the one at fault
        raise LedgerRefused(f"The JSON cannot be read behind this row: {error.msg}.", file=file.name, row=row) from None
    return workspace.path_of(_ANSWER) if row else file.path


def _single_object(file: SourceFile, workspace: Workspace) -> Path:
    """A copy of the one object of a file, on one line; the file itself when it holds more than one."""
    try:
        with opened_text(file.path) as text:
            stream = JsonStream(text)
            item = stream.value()
            if stream.next():
                return file.path
    except json.JSONDecodeError:
        return file.path
    except LineTooLong:
        raise too_long(file.name, 1) from None
    with workspace.create_text(_ANSWER) as out:
        _write_line(item, out, file.name, 1)
    return workspace.path_of(_ANSWER)


def _write_line(item: str, out: TextIO, file: str, row: int) -> None:
    must_be_utf8(item, file, row)
    if len(item.encode()) > MAX_RECORD_BYTES:
        raise too_long(file, row)
    out.write(item.replace("\n", " ").replace("\r", " ") + "\n")  # JSON texts hold no plain line ends


def json_records(file: SourceFile, path: Path, table: Table, names: Sequence[str], workspace: Workspace) -> Records:
    """The objects of a file of JSON lines; lines with nothing in them do not count.

    What DuckDB cannot read, such as long lines, is first copied line by line, which finds the row that is at fault.

    path   of the lines: the file, or a copy of its items
    names  where values are looked for, dots leading into nested objects
    """

    def copied() -> Records:
        _copy(path, file.name, workspace)
        return _read_lines(workspace.path_of(_COPY), table, names, LONG_RECORD_LIMITS)

    if path == file.path and file.longest_line > MAX_RECORD_BYTES:
        return copied()
    return replace(_read_lines(path, table, names, PARALLEL_LIMITS), normalized=copied)


def _copy(path: Path, file: str, workspace: Workspace) -> None:
    """Write every line again with a plain end. Raises `LedgerRefused` for the first that cannot be read."""
    row = 1
    with opened_text(path) as text, workspace.create_text(_COPY) as out:
        try:
            for line in filter(None, (line.strip(_SPACES) for line in lines(text))):
                must_be_utf8(line, file, row)
                if len(line.encode()) > MAX_RECORD_BYTES:
                    raise LineTooLong
                out.write(line + "\n")
                row += 1
        except LineTooLong:
            raise too_long(file, row) from None


def _read_lines(path: Path, table: Table, names: Sequence[str], limits: str) -> Records:
    paths = text_list(["$.object", *(_path(name) for name in names)])
    read = [f"{_read(name, position)} as value{position}" for position, name in enumerate(names, start=2)]
    query = f"""
        select record, line, is_object, json_scalar(found[1]) as kind, {", ".join(read)}
        from (
            select *, found is not null and ltrim(line, {quoted(_SPACES)})[1] = '{{' as is_object
            from (
                select *, try(cast(json_extract(line, {paths}) as varchar[])) as found
                from (
                    select row_number() over () as record, line
                    from read_csv(
                        {file_literal(path)}, auto_detect = false, header = false, columns = {{line: 'VARCHAR'}},
                        delim = chr(1), quote = '', escape = '', strict_mode = false, {limits}
                    )
                    where regexp_matches(line, '\\S')
                )
            )
        )"""
    values = {name: Value(f"value{position}", "VARCHAR") for position, name in enumerate(names, start=2)}
    return Records(query, values, nested=True, checks=_checks(table), carried=("line", "is_object", "kind"))


def _path(name: str) -> str:
    """Where a name leads: into nested objects by a path; one with other characters, as any column of a user's own may
    have, to that key of the object by a pointer."""
    if re.fullmatch(r"\w+(\[\d+\])?(\.\w+(\[\d+\])?)*", name, re.ASCII):
        return f"$.{name}"
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _read(name: str, position: int) -> str:
    return f"nullif(found[{position}], 'null')" if name == "metadata" else f"json_scalar(found[{position}])"


def _checks(table: Table) -> tuple[RowCheck, ...]:
    noun = _OBJECTS.get(table.name, table.name.removesuffix("s"))
    not_this = quoted(f" objects are not what {table.name} holds: it holds {noun} objects.")
    return (
        RowCheck(None, "not is_object", "shown(line) || ' is not a JSON object on one line.'"),
        RowCheck("object", f"kind <> {quoted(noun)}", f"shown(kind) || {not_this}"),
    )
