"""Puts one query together from its pieces: only the columns that are asked for, only the joins that these need."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.errors import ReportFailed
from interfaces.engine.definitions.definitions import Definition
from interfaces.engine.definitions.sql_pieces import Piece, Pieces, pieces_of
from interfaces.engine.definitions.sql_text import filled, slots_in, without_empty_lines
from interfaces.engine.definitions.stages import Join, StagedText, in_stages

_METADATA = re.compile(r"(\w+)\[(.+)\]", re.DOTALL)


class Composition:
    """The query of one definition with the columns and filters of one order."""

    def __init__(self, definition: Definition, columns: Sequence[str], filters: Sequence[str]) -> None:
        self._pieces = pieces_of(definition.all_files)
        row = {"row": definition.row}
        chosen = (filled(self._pieces.filters[name].text, row) for name in filters)
        self._filters = {"filters": "\nand ".join(chosen)}
        self._owner = {"owner": _owner(filters, definition.row)}
        self._row = definition.row
        self._rows = self._pieces.rows[definition.rows]
        self._query = definition.query
        self._columns = columns
        self.itemized = not self._pieces.lines
        found = ((number, _METADATA.fullmatch(column)) for number, column in enumerate(columns))
        self.metadata_keys = {_key_parameter(number): _pointer(key[2]) for number, key in found if key}
        """Parameter name -> JSON pointer to the key of that column."""

    def flat(self) -> str:
        """The whole query."""
        needed: set[str] = set()
        rows = filled(self._text(self._rows, needed), self._filters)
        query = self._filled_query(self._query, needed)
        joins = "\n".join(join.text for join in self._joins(needed))
        query = filled(query, {"rows": filled(rows, {"joins": joins})})
        return without_empty_lines(filled(query, self._owner))

    def staged(self) -> StagedText:
        """An itemized query in stages, for a ledger that is large beside the memory limit."""
        choosing: set[str] = set()
        rows = filled(self._text(self._rows, choosing), self._filters)
        query = filled(self._text(self._pieces.queries[self._query], choosing), {"rows": rows})
        needed = set(choosing)
        printed = self._filled_query("large.printed", needed)
        first = self._joins(choosing)
        others = [join for join in self._joins(needed) if join not in first]
        text = in_stages(filled(query, self._owner), first, others, printed, row=self._row)
        return replace(text, chosen=without_empty_lines(text.chosen))

    def _filled_query(self, name: str, needed: set[str]) -> str:
        query = self._text(self._pieces.queries[name], needed)
        if "columns" in slots_in(query):
            columns = (self._column(number, column, needed) for number, column in enumerate(self._columns))
            query = filled(query, {"columns": ",\n".join(columns)})
        return filled(query, self._filters)

    def _column(self, number: int, column: str, needed: set[str]) -> str:
        choices = column_choices(self._pieces)
        metadata = _METADATA.fullmatch(column)
        if metadata is None:
            return self._text(_piece(column, choices), needed)
        text = self._text(_piece(f"{metadata[1]}[key]", choices), needed)
        return filled(text, {"key": f"${_key_parameter(number)}"})

    def _text(self, piece: Piece, needed: set[str]) -> str:
        """The piece with columns in place of their names; `needed` gets the joins that it takes."""
        needed.update(piece.needs)
        named = slots_in(piece.text) & self._pieces.columns.keys()
        return filled(piece.text, {name: self._text(self._pieces.columns[name], needed) for name in named})

    def _joins(self, needed: set[str]) -> list[Join]:
        """What is needed and what that needs, in the file's order: a join stands below those that it needs."""
        joins, wanted = self._pieces.joins, set(needed)
        for name in reversed(joins):
            if name in wanted:
                wanted.update(joins[name].needs)
        return [
            Join(name, filled(piece.text, self._owner), piece.needs, piece.found_by)
            for name, piece in joins.items()
            if name in wanted
        ]


def column_choices(pieces: Pieces) -> Mapping[str, Piece]:
    """What a file's columns are taken from: a summary prints its lines, an itemized report its rows."""
    return pieces.lines or pieces.columns


def _piece(column: str, choices: Mapping[str, Piece]) -> Piece:
    try:
        return choices[column]
    except KeyError:
        raise ReportFailed(f"The column {column} cannot be computed here.", "not_runnable") from None


def _owner(filters: Sequence[str], row: str) -> str:
    """Whose rows are joined: where one account is asked about, its id, so that rows of no other are even read."""
    return "$account" if "account" in filters else f"{row}.account"


def _key_parameter(column: int) -> str:
    return f"metadata_key_{column}"


def _pointer(key: str) -> str:
    """A JSON pointer to one key of an object: unlike a JSON path, it can name any key."""
    return "/" + key.replace("~", "~0").replace("/", "~1")
