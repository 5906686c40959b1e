"""Puts the SQL of one order together: only the columns that it asks for, only the joins that these need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from application.ports import ReportOrder
from domain.errors import ReportFailed
from domain.ledger_tables import TABLES
from domain.run_parameters import RunParameters
from interfaces.engine.families import Definition, Months, definition_of
from interfaces.engine.sql_fragments import Piece, Pieces, pieces_of

_SLOT = re.compile(r"\{(\w+)\}")
_PARAMETER = re.compile(r"\$(\w+)")
_TABLE = re.compile(r"\b(?:from|join) (\w+)")
_METADATA = re.compile(r"(\w+)\[(.+)\]", re.DOTALL)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """A query whose every value is bound.

    values   parameter name -> value, exactly those that `sql` names
    tables   the ledger's tables that `sql` reads
    columns  headers of the file, one for each column of the query
    created  balance transactions created outside of `[first, last]`, Unix seconds, do not matter to it
    """

    sql: str
    values: dict[str, Any]
    tables: tuple[str, ...]
    columns: tuple[str, ...]
    created: tuple[int, int] | None


def report_query(order: ReportOrder, *, total_rows: bool = True) -> ReportQuery:
    """The query of an order. Raises `ReportFailed` when its type or one of its columns has no definition here."""
    definition = definition_of(order.report_type)
    if definition is None:
        raise ReportFailed(f"The report type {order.report_type.id} cannot be computed here.", "not_runnable")
    values = _values(order, total_rows)
    sql = _Composition(definition, values).sql(order.parameters.columns, _filters(order))
    named = set(_PARAMETER.findall(sql))
    return ReportQuery(
        sql=sql,
        values={name: value for name, value in values.items() if name in named},
        tables=tuple(name for name in TABLES if name in set(_TABLE.findall(sql))),
        columns=order.parameters.columns,
        created=_created(order.parameters, definition.months),
    )


def has_source(definition: Definition, column: str) -> bool:
    """Whether the SQL of a definition gives this column."""
    return column in _choices(definition, pieces_of(definition.all_files))


def _choices(definition: Definition, pieces: Pieces) -> dict[str, Piece]:
    """What a file's columns are taken from: a summary prints its lines, an itemized report its rows."""
    return pieces.lines or pieces.columns


def _filters(order: ReportOrder) -> list[str]:
    parameters = order.parameters
    chosen = ["connected" if order.report_type.base_id else "own"]
    given = {
        "connected_account": parameters.connected_account,
        "currency": parameters.currency,
        "reporting_category": parameters.reporting_category,
    }
    return chosen + [name for name, value in given.items() if value is not None]


def _values(order: ReportOrder, total_rows: bool) -> dict[str, Any]:
    parameters = order.parameters
    values: dict[str, Any] = {
        "account": order.scope.account,
        "connected_account": parameters.connected_account,
        "currency": parameters.currency,
        "decimal_separator": parameters.decimal_separator,
        "payout": parameters.payout,
        "reporting_category": parameters.reporting_category,
        "timezone": parameters.timezone,
        "total_rows": total_rows,
    }
    if parameters.interval_start is not None:
        values["interval_start"] = _instant(parameters.interval_start)
    if parameters.interval_end is not None:
        values["interval_end"] = _instant(parameters.interval_end)
        values["last_second"] = _instant(parameters.interval_end - 1)
    return values


def _created(parameters: RunParameters, months: Months) -> tuple[int, int] | None:
    start, end = parameters.interval_start, parameters.interval_end
    if months is Months.ALL or end is None:
        return None
    return (0 if months is Months.BEFORE_END or start is None else start, end - 1)


def _instant(seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)


class _Composition:
    """One query in the making: collects the joins that its parts need."""

    def __init__(self, definition: Definition, values: dict[str, Any]) -> None:
        self._definition = definition
        self._pieces = pieces_of(definition.all_files)
        self._values = values
        self._needed: set[str] = set()

    def sql(self, columns: Iterable[str], filters: Iterable[str]) -> str:
        choices = _choices(self._definition, self._pieces)
        blocks = {
            "columns": ",\n".join(self._chosen(column, choices) for column in columns),
            "filters": "\nand ".join(self._pieces.filters[name].text for name in filters),
        }
        blocks["rows"] = _filled(self._text(self._pieces.rows[self._definition.rows]), blocks)
        query = _filled(self._text(self._pieces.queries[self._definition.query]), blocks)
        return _without_empty_lines(_filled(query, {"joins": "\n".join(self._joins())}))

    def _chosen(self, column: str, choices: dict[str, Piece]) -> str:
        metadata = _METADATA.fullmatch(column)
        if metadata is None:
            return self._text(_piece(column, choices))
        group, key = metadata.groups()
        parameter = f"metadata_key_{len(self._values)}"
        self._values[parameter] = _pointer(key)
        return _filled(self._text(_piece(f"{group}[key]", choices)), {"key": f"${parameter}"})

    def _text(self, piece: Piece) -> str:
        """The piece with columns in place of their names."""
        self._needed.update(piece.needs)
        named = [name for name in _SLOT.findall(piece.text) if name in self._pieces.columns]
        return _filled(piece.text, {name: self._text(self._pieces.columns[name]) for name in named})

    def _joins(self) -> list[str]:
        """What is needed and what that needs, in the file's order: a join stands below those that it needs."""
        joins = self._pieces.joins
        for name in reversed(joins):
            if name in self._needed:
                self._needed.update(joins[name].needs)
        return [piece.text for name, piece in joins.items() if name in self._needed]


def _piece(column: str, choices: dict[str, Piece]) -> Piece:
    try:
        return choices[column]
    except KeyError:
        raise ReportFailed(f"The column {column} cannot be computed here.", "not_runnable") from None


def _pointer(key: str) -> str:
    """A JSON pointer to one key of an object: unlike a JSON path, it can name any key."""
    return "/" + key.replace("~", "~0").replace("/", "~1")


def _filled(text: str, blocks: Mapping[str, str]) -> str:
    """Put blocks where their names stand in braces, as deep as the line is; other slots stay."""

    def block(slot: re.Match[str]) -> str:
        if slot[1] not in blocks:
            return slot[0]
        line = text[text.rfind("\n", 0, slot.start()) + 1 : slot.start()]
        depth = len(line) - len(line.lstrip(" "))
        return blocks[slot[1]].replace("\n", "\n" + " " * depth)

    return _SLOT.sub(block, text)


def _without_empty_lines(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line.strip())
