"""Files of API objects: one JSON object a line, nested as the API returns it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from domain.ledger_tables import Table
from interfaces.ledger.conversions import Value
from interfaces.ledger.faults import Fault
from interfaces.ledger.records import Records
from interfaces.ledger.sql_text import quoted, text_list
from interfaces.ledger.text_files import opened_text

_LONGEST_LINE = 8_000_000
"""Bytes of one object."""

_OBJECTS = {
    "payment_method_cards": "payment_method",
    "tax_transactions": "tax.transaction",
    "revenue_entries": "revenue_entry",
}
"""Tables whose rows are read from objects of another name than the table's without its `s`."""


def one_object_a_line(path: Path, file: str, workspace: Path) -> Path:
    """A file of JSON lines: the file itself, or a copy of what the API answered whole.

    Such an answer is one object, a list, or the API's `{"object": "list", "data": [...]}`, on any number of lines.
    """
    with opened_text(path, file) as text:
        try:
            answer = _answer(text)
        except ValueError:
            return path  # whose line is at fault is told when lines are read
    if answer is None:
        return path
    copy = workspace / "copy.jsonl"
    with copy.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(item) + "\n" for item in answer)
    return copy


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


def json_records(path: Path, table: Table, names: Sequence[str]) -> Records:
    """The objects of a file of JSON lines; lines with nothing in them do not count.

    names  where values are looked for, dots leading into nested objects
    """
    paths = text_list(["$.object", *(_path(name) for name in names)])
    read = [f"{_read(name, position)} as value{position}" for position, name in enumerate(names, start=2)]
    query = f"""
        select record, line, is_object, json_scalar(found[1]) as kind, {", ".join(read)}
        from (
            select *, cast(json_extract(case when is_object then line end, {paths}) as varchar[]) as found
            from (
                select *, coalesce(json_type(case when json_valid(line) then line end) = 'OBJECT', false) as is_object
                from (
                    select row_number() over () as record, line
                    from read_csv(
                        {quoted(str(path))}, auto_detect = false, header = false, columns = {{line: 'VARCHAR'}},
                        delim = chr(1), quote = '', escape = '', strict_mode = false, max_line_size = {_LONGEST_LINE}
                    )
                    where regexp_matches(line, '\\S')
                )
            )
        )"""
    values = {name: Value(f"value{position}", "VARCHAR") for position, name in enumerate(names, start=2)}
    return Records(query, values, nested=True, faults=_faults(table), carried=("line", "is_object", "kind"))


def _path(name: str) -> str:
    return f"$.{name}" if re.fullmatch(r"[\w.\[\]]+", name) else f'$."{name}"'


def _read(name: str, position: int) -> str:
    return f"nullif(found[{position}], 'null')" if name == "metadata" else f"json_scalar(found[{position}])"


def _faults(table: Table) -> tuple[Fault, ...]:
    noun = _OBJECTS.get(table.name, table.name.removesuffix("s"))
    not_this = quoted(f" objects are not what {table.name} holds: it holds {noun} objects.")
    return (
        Fault(None, "not is_object", "shown(line) || ' is not a JSON object on one line.'"),
        Fault("object", f"kind <> {quoted(noun)}", f"shown(kind) || {not_this}"),
    )
