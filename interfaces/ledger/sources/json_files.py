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
from interfaces.ledger.sources.records import Records
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
from interfaces.ledger.sql_text import quoted, text_list

_SPACES = " \t\r\n\f"

_OBJECTS = {
    "payment_method_cards": "payment_method",
    "tax_transactions": "tax.transaction",
    "revenue_entries": "revenue_entry",
}
"""Tables read from objects with another name than the table's singular."""


def one_object_a_line(path: Path, file: str, workspace: Path) -> Path:
    """A file of JSON lines: the file itself, or a copy of what the API answered whole.

    Such an answer is one object, a list, or the API's `{"object": "list", "data": [...]}`, on any number of lines.
    """
    copy = workspace / "answer.jsonl"
    try:
        with opened_text(path, file) as text:
            answer = _answer(text)
        if answer is None:
            return path
        _write(answer, file, copy)
    except ValueError:
        return path  # whose line is at fault is told when lines are read
    except RecursionError:
        raise LedgerRefused("The JSON is nested too deeply to be read.", file=file) from None
    return copy


def _write(answer: Sequence[object], file: str, copy: Path) -> None:
    with copy.open("w", encoding="utf-8") as out:
        for row, item in enumerate(answer, start=1):
            line = json.dumps(item, ensure_ascii=False)
            must_be_utf8(line, file, row)
            out.write(line + "\n")


def _answer(text: TextIO) -> list[object] | None:
    """What one answer of the API holds; None when the file has one object a line."""
    first_line = next((line for line in text if line.strip()), "{}")
    try:
        whole = json.loads(first_line)
    except ValueError:
        text.seek(0)
        whole = json.load(text)
        if isinstance(whole, dict) and whole.get("object") != "list":
            return [whole]
    if isinstance(whole, dict) and whole.get("object") == "list":
        whole = whole.get("data")
    return whole if isinstance(whole, list) else None


def json_records(path: Path, file: str, table: Table, names: Sequence[str], workspace: Path) -> Records:
    """The objects of a file of JSON lines; lines with nothing in them do not count.

    What DuckDB cannot read, such as long lines, is first copied line by line, which finds the row that is at fault.

    names  where values are looked for, dots leading into nested objects
    """

    def copied() -> Records:
        copy = workspace / "copy.jsonl"
        _copy(path, file, copy)
        return _read_lines(copy, table, names, LONG_RECORD_LIMITS)

    return replace(_read_lines(path, table, names, PARALLEL_LIMITS), normalized=copied)


def _copy(path: Path, file: str, copy: Path) -> None:
    """Write every line again with a plain end. Raises `LedgerRefused` for the first that cannot be read."""
    row = 1
    with opened_text(path, file) as text, copy.open("w", encoding="utf-8", newline="") as out:
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
                        {quoted(str(path))}, auto_detect = false, header = false, columns = {{line: 'VARCHAR'}},
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
