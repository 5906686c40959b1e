"""Objects that are written out where a reference belongs, as `expand[]=data.source` does: rows of other tables.

They are objects in API objects, structs of Parquet, or JSON in cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.ledger.tables import TABLES, Table
from interfaces.host.sql_text import quoted
from interfaces.ledger.checks.conversions import as_text
from interfaces.ledger.sources.column_names import header_key, pointer
from interfaces.ledger.sources.formats import names_in
from interfaces.ledger.sources.json_text.json_files import records_of_lines
from interfaces.ledger.sources.json_text.json_lines import JsonLines
from interfaces.ledger.sources.records import Records

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_REFERENCES = (
    "source", "card", "customer", "charge", "latest_charge", "payment_intent", "payment_method", "invoice",
    "latest_invoice", "subscription", "dispute", "transfer", "source_transfer", "source_transaction",
    "balance_transaction", "failure_balance_transaction", "payout", "original_payout", "reversed_by", "destination",
    "on_behalf_of",
)  # fmt: skip
"""Fields that the API expands, or wrote out in old versions."""

_TABLES = {
    "account": ("accounts",),
    "balance_transaction": ("balance_transactions",),
    "card": ("cards",),
    "charge": ("charges",),
    "customer": ("customers",),
    "dispute": ("disputes",),
    "invoice": ("invoices",),
    "payment_intent": ("payment_intents",),
    "payment_method": ("payment_methods", "payment_method_cards"),
    "payout": ("payouts",),
    "refund": ("refunds",),
    "subscription": ("subscriptions",),
    "transfer": ("transfers",),
}
"""The `object` of an API object -> the tables that it is a row of."""


def embedded_objects(connection: DuckDBPyConnection, records: Records) -> Iterator[tuple[Table, Records]]:
    """The tables of objects that are written out in a file's records, with the records of each."""
    import duckdb

    try:
        found = _kinds(connection, records)
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        if records.normalized is None:
            raise
        yield from embedded_objects(connection, records.normalized())
        return
    keys_by_kind: dict[str, list[str]] = {}
    for key, kind in found:
        keys_by_kind.setdefault(kind, []).append(key)
    for kind, keys in keys_by_kind.items():
        for name in _TABLES.get(kind, ()):
            yield TABLES[name], _records_of(connection, records, TABLES[name], kind, keys)


def _kinds(connection: DuckDBPyConnection, records: Records) -> list[tuple[str, str]]:
    """Which references hold objects, and of which kinds."""
    texts = _texts(records)
    if not texts:
        return []
    kinds = f"select distinct key, json_extract_string(object, '/object') as kind from ({_objects(records, texts)})"
    return connection.execute(f"{kinds} where object is not null order by all").fetchall()


def _records_of(connection: DuckDBPyConnection, records: Records, table: Table, kind: str, keys: list[str]) -> Records:
    there = _objects(records, {key: text for key, text in _texts(records).items() if key in keys})
    lines = (
        f"select record, object as line from ({there}) where json_extract_string(object, '/object') = {quoted(kind)}"
    )
    found = records_of_lines(connection, JsonLines(lines), table, names_in(table))
    normalized = records.normalized
    again = normalized and (lambda: _records_of(connection, normalized(), table, kind, keys))
    return replace(found, normalized=again, unread=())


def _objects(records: Records, texts: Mapping[str, str]) -> str:
    """SQL of `record`, the `key` of a reference, and the JSON of its `object`, null where it holds none.

    texts  key -> its value in a record, as SQL of a text
    """
    pairs = ", ".join(f"{{key: {quoted(key)}, text: {text}}}" for key, text in texts.items())
    content = "json_content(text)" if records.nested else "text"
    return f"""
        select record, key, object_text(content) as object
        from (
            select record, key, {content} as content
            from (select record, unnest([{pairs}], recursive := true) from ({records.query}))
        )"""


def _texts(records: Records) -> Mapping[str, str]:
    if records.nested:
        keys = {header_key(key): key for key in records.header}
        return {key: f"json_at(line, {quoted(pointer((keys[key],)))})" for key in _REFERENCES if key in keys}
    return {key: as_text(records.columns[key]) for key in _REFERENCES if key in records.columns}
