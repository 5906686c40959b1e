"""The names of a table's columns in files: canonical names, paths into API objects, connectors' names."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

from domain.ledger.tables import Table


@cache
def _other_names() -> dict[str, dict[str, list[str]]]:
    """Table -> column -> further names, as paths into the API's object."""
    text = files(__package__).joinpath("column_names.json").read_text("utf-8")
    names: dict[str, dict[str, list[str]]] = json.loads(text)
    return names


def names_of(table: Table, column: str) -> tuple[str, ...]:
    """Every name of a column; the first one with a value is used.

    A dot leads into a nested object. A name in `_id` is also tried without it: `customer` for `customer_id`.
    """
    names = [column, *_other_names()[table.name].get(column, [])]
    if column.endswith("_id"):
        names.append(column.removesuffix("_id"))
    return tuple(names)


def header_key(name: str) -> str:
    """A normalized column header: `Address.Line_1` and `address_line1` are the same."""
    flat = re.sub(r"[.\s]+", "_", name.strip().lower())
    return re.sub(r"_(\d)", r"\1", flat)
