"""Files of API objects: JSON objects, nested as the API returns them, in any arrangement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.ledger.tables import Table
from interfaces.host.sql_text import quoted, text_list
from interfaces.ledger.checks.conversions import Value, as_text
from interfaces.ledger.checks.row_check import RowCheck
from interfaces.ledger.sources.column_names import Place, flattened_keys, header_key, places_of, pointer
from interfaces.ledger.sources.json_text.json_copies import copy_of_objects
from interfaces.ledger.sources.json_text.json_lines import ARRAY, NO_JSON, JsonLines
from interfaces.ledger.sources.records import Records
from interfaces.ledger.sources.source_file import SourceFile
from interfaces.ledger.sources.text_files import LONG_RECORD_LIMITS, MAX_RECORD_BYTES, PARALLEL_LIMITS
from interfaces.ledger.sources.time_stamps import STAMPS
from interfaces.ledger.sources.workspace import Workspace

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SPACES = " \t\r\n\f"

RAW = header_key("_airbyte_data")

_OBJECTS = {
    "payment_method_cards": "payment_method",
    "tax_transactions": "tax.transaction",
    "revenue_entries": "revenue_entry",
}
"""Tables read from objects with another name than the table's singular."""

_ALSO = {"payout_balance_transactions": ("balance_transaction",)}
"""Further objects that tables are read from: balance transactions that name their payout link it to themselves."""


def json_records(
    connection: DuckDBPyConnection, file: SourceFile, table: Table, names: Sequence[str], workspace: Workspace
) -> Records:
    """The objects of a file, to its end. Raises `LedgerRefused` for text that is no JSON.

    DuckDB reads objects that are one a line. Other arrangements, and what DuckDB cannot read, such as long lines, are
    first copied, one object a line.

    names  where values are looked for, dots leading into nested objects
    """

    def copied() -> Records:
        copy = copy_of_objects(file, workspace)
        lines = JsonLines.of_file(copy.path, LONG_RECORD_LIMITS)
        return replace(records_of_lines(connection, lines, table, names), has_more=copy.has_more)

    if file.text.longest_line > MAX_RECORD_BYTES:
        return copied()
    import duckdb

    lines = JsonLines.of_file(file.path, PARALLEL_LIMITS)
    try:
        keys = set(lines.keys(connection))
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        return copied()
    if ARRAY in keys or ("data" in keys and "stream" not in keys) or (NO_JSON in keys and file.format == "json"):
        return copied()
    return replace(records_of_lines(connection, lines, table, names, keys), normalized=copied)


def records_of_lines(
    connection: DuckDBPyConnection,
    lines: JsonLines,
    table: Table,
    names: Sequence[str],
    found: set[str] | None = None,
) -> Records:
    """The records in lines of objects, taken out of their envelopes. found: the keys of the lines, where known"""
    found = set(lines.keys(connection)) if found is None else found
    wrapped, lines = lines, lines.unwrapped(connection, found, table.name)
    found = found if lines is wrapped else set(lines.keys(connection))
    keys = {header_key(key): key for key in sorted(found, reverse=True)}
    extracted = _extracted(names, keys, table)
    paths = ["/object", *(pointer((keys[column], *steps)) for column, *steps in extracted)]
    query = f"""
        select
            *,
            json_scalar(found_1) as kind,
            found is not null and ltrim(line, {quoted(_SPACES)})[1] = '{{' as is_object
        from (
            select *, {", ".join(f"found[{n}] as found_{n}" for n in range(1, len(paths) + 1))}
            from (
                select *, try(cast(json_extract(line, {text_list(paths)}) as varchar[])) as found
                from ({lines.query})
            )
        )"""
    return Records(
        query,
        tuple(keys.values()),
        columns={column: _value(f"json_at(line, {quoted(pointer((key,)))})", column) for column, key in keys.items()},
        extracted=extracted,
        nested=True,
        checks=_checks(table),
        carried=("line", "is_object", "kind"),
        warnings=_left_out(lines),
        stamps=(Value("stamp", "VARCHAR"),) if lines.stamped else (),
    )


def raw_table_records(connection: DuckDBPyConnection, records: Records, table: Table, names: Sequence[str]) -> Records:
    """The records in the column of JSON that Airbyte's raw tables have; the records themselves without one."""
    if RAW not in records.columns:
        return records
    cell = as_text(records.columns[RAW])
    lines = JsonLines(
        f"select *, json_content(cast({cell} as varchar)) as line from ({records.query})",
    )
    found = records_of_lines(connection, lines, table, names)
    found = replace(found, stamps=tuple(records.find(STAMPS)))
    if records.normalized is None:
        return found
    normalized = records.normalized
    return replace(found, normalized=lambda: raw_table_records(connection, normalized(), table, names))


def _extracted(names: Sequence[str], keys: dict[str, str], table: Table) -> dict[Place, Value]:
    """The values that one pass over a line extracts: of all names, and of metadata that is flattened."""
    flattened = flattened_keys(table, tuple(keys.values())).values()
    named = [place for name in names for place in places_of(name, keys)]
    wholes: list[Place] = [(column,) for column in (*(place[0] for place in named), *map(header_key, flattened))]
    position = {place: f"found_{n}" for n, place in enumerate(dict.fromkeys([*named, *wholes]), start=2)}
    values = {}
    for place, found in position.items():
        column, *steps = place
        if steps:
            inner = f"json_nested({found}, {position[(column,)]}, {quoted(pointer(tuple(steps)))})"
            values[place] = Value(inner, "VARCHAR")
        else:
            values[place] = _value(found, column)
    return values


def _value(found: str, column: str) -> Value:
    return Value(f"nullif({found}, 'null')" if column in _METADATA else f"json_scalar({found})", "VARCHAR")


_METADATA = ("metadata", "tax_transaction_metadata")
"""Columns whose values are objects."""


def _left_out(lines: JsonLines) -> tuple[str, ...]:
    if not lines.left_out:
        return ()
    streams = ", ".join(lines.left_out)
    return (f"Messages of other streams are left out: {streams}. Load the file into their tables, too.",)


def _checks(table: Table) -> tuple[RowCheck, ...]:
    noun = _OBJECTS.get(table.name, table.name.removesuffix("s"))
    nouns = (noun, *_ALSO.get(table.name, ()))
    not_this = quoted(f" objects are not what {table.name} holds: it holds {noun} objects.")
    return (
        RowCheck(None, "not is_object", "shown(line) || ' is not a JSON object on one line.'"),
        RowCheck("object", f"kind not in ({', '.join(map(quoted, nouns))})", f"shown(kind) || {not_this}"),
    )
