"""What the columns of a table are called in files: canonical names, API objects' paths, connectors' own words."""

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
    """Every name that a column goes by, the first of them that holds something wins.

    A dot leads into a nested object. What ends in `_id` is also found under the name of what it refers to.
    """
    names = [column, *_other_names()[table.name].get(column, [])]
    if column.endswith("_id"):
        names.append(column.removesuffix("_id"))
    return tuple(names)


def header_key(name: str) -> str:
    """A column header without what exports differ in: `Address.Line_1` and `address_line1` are the same."""
    flat = re.sub(r"[.\s]+", "_", name.strip().lower())
    return re.sub(r"_(\d)", r"\1", flat)
