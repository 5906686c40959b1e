"""The names of a table's columns in files: canonical names, paths into API objects, connectors' names."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator
from functools import cache
from importlib.resources import files

from domain.ledger.tables import Kind, Table

OBJECT_ID = "object_id"
"""The column of a metadata table that names the object; files call it after the object: `charge_id`."""

Place = tuple[str, ...]
"""Where a value is: a column by its `header_key`, then the steps into the JSON of its cells."""


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
    names = [column, *_other_names().get(table.name, {}).get(column, [])]
    if column == OBJECT_ID:
        names.append(f"{table.name.removesuffix('s_metadata')}_id")
    if column.endswith("_id"):
        names.append(column.removesuffix("_id"))
    return tuple(dict.fromkeys(names))


def header_key(name: str) -> str:
    """A normalized column header: `Address.Line_1`, `address__line1` and `address_line1` are the same."""
    flat = re.sub(r"[._\s]+", "_", name.strip().lower())
    return re.sub(r"_(\d)", r"\1", flat)


def places_of(name: str, columns: Container[str]) -> Iterator[Place]:
    """Where a name may have its value, flattened forms first.

    `card.wallet.type` is the column `card_wallet_type`, or `type` in the JSON of `card_wallet`, or in that of `card`.
    """
    if header_key(name) in columns:
        yield (header_key(name),)
    steps = name.replace("[", ".").replace("]", "").split(".")
    for depth in range(len(steps) - 1, 0, -1):
        prefix = header_key("_".join(steps[:depth]))
        if prefix in columns:
            yield (prefix, *steps[depth:])


def pointer(steps: Place) -> str:
    """The JSON pointer of a path."""
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


def flattened_keys(table: Table, header: tuple[str, ...]) -> dict[str, str]:
    """Key of the metadata -> the column that holds it, for metadata that is flattened: `metadata__order_id`."""
    names = [
        name for column, kind in table.columns.items() if kind is Kind.METADATA for name in names_of(table, column)
    ]
    prefix = re.compile(rf"(?:{'|'.join(names)})[._]+(.+)", re.IGNORECASE)
    found: dict[str, str] = {}
    for column in header if names else ():
        if matched := prefix.fullmatch(column):
            found.setdefault(matched[1], column)
    return found
