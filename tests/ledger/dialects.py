"""The dialects that exports of Stripe's data come in: each writes API objects as its files."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from application.ports.ledger import LedgerSource
from tests.support.api_objects import Objects

Write = Callable[[Objects, Path], list[LedgerSource]]

SYNCED = "2025-06-01T00:00:00.000Z"

_TIMES = ("created", "available_on", "arrival_date")

_REFERENCES = (
    "customer", "payment_intent", "charge", "invoice", "balance_transaction", "payout", "destination_payment",
    "source_transaction", "payment_method", "failure_balance_transaction",
)  # fmt: skip


def flattened(row: Mapping[str, Any], separator: str, prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, dict):
            flat |= flattened(value, separator, f"{prefix}{key}{separator}")
        else:
            flat[prefix + key] = json.dumps(value) if isinstance(value, list) else value
    return flat


def write_csv(path: Path, rows: Iterable[Mapping[str, Any]], delimiter: str = ",") -> Path:
    rows = list(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_lines(path: Path, values: Iterable[object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(value)}\n" for value in values), encoding="utf-8")
    return path


def api_objects_as_lines(objects: Objects, folder: Path) -> list[LedgerSource]:
    return [LedgerSource(table, write_lines(folder / f"{table}.jsonl", rows)) for table, rows in objects.items()]


def pages(objects: Objects, folder: Path) -> list[LedgerSource]:
    def of(rows: list[dict[str, Any]]) -> list[object]:
        return [{"object": "list", "data": [row], "has_more": row is not rows[-1], "url": "/v1"} for row in rows]

    return [LedgerSource(table, write_lines(folder / f"{table}.json", of(rows))) for table, rows in objects.items()]


def array(objects: Objects, folder: Path) -> list[LedgerSource]:
    return [LedgerSource(table, write_lines(folder / f"{table}.json", [rows])) for table, rows in objects.items()]


def csv_flattened(separator: str, delimiter: str = ",", **bookkeeping: str) -> Write:
    def write(objects: Objects, folder: Path) -> list[LedgerSource]:
        return [
            LedgerSource(
                table,
                write_csv(
                    folder / f"{table}.csv", (flattened(row, separator) | bookkeeping for row in rows), delimiter
                ),
            )
            for table, rows in objects.items()
        ]

    return write


def json_cells(objects: Objects, folder: Path) -> list[LedgerSource]:
    def cells(row: Mapping[str, Any]) -> dict[str, Any]:
        return {key: json.dumps(value) if isinstance(value, dict | list) else value for key, value in row.items()}

    return [
        LedgerSource(table, write_csv(folder / f"{table}.csv", map(cells, rows))) for table, rows in objects.items()
    ]


def parquet(metadata: str = "metadata") -> Write:
    """Structs as DuckDB finds them in JSON. metadata: SQL of the metadata, whose keys are texts"""

    def write(objects: Objects, folder: Path) -> list[LedgerSource]:
        return [LedgerSource(table, _as_parquet(table, rows, folder, metadata)) for table, rows in objects.items()]

    return write


def _as_parquet(table: str, rows: list[dict[str, Any]], folder: Path, metadata: str) -> Path:
    lines = write_lines(folder / "lines" / f"{table}.jsonl", rows)
    path = folder / f"{table}.parquet"
    has_metadata = any(row.get("metadata") for row in rows)
    source = f"read_json('{lines}', map_inference_threshold = -1, convert_strings_to_integers = false)"
    replaced = f" replace ({metadata} as metadata)" if has_metadata else ""
    duckdb.execute(f"copy (select *{replaced} from {source}) to '{path}' (format parquet)")
    return path


METADATA_AS_MAP = "cast(to_json(metadata) as map(varchar, varchar))"
METADATA_AS_RECORDS = f"map_entries({METADATA_AS_MAP})"


def sigma(objects: Objects, folder: Path) -> list[LedgerSource]:
    """Stripe's own tables: metadata in tables of its own, payouts among the transfers."""
    tables = {table: [dict(row) for row in rows] for table, rows in objects.items()}
    for row in tables["balance_transactions"]:
        row["automatic_transfer_id"] = row.pop("payout", None)
    payouts = [{**row, "date": row["arrival_date"]} for row in tables.pop("payouts")]
    for row in payouts:
        del row["arrival_date"]
    sources = []
    for table, rows in tables.items():
        keys = [
            {f"{table.removesuffix('s')}_id": row["id"], "key": key, "value": value}
            for row in rows
            for key, value in (row.pop("metadata", None) or {}).items()
        ]
        if keys:
            path = write_csv(folder / f"{table}_metadata.csv", keys)
            sources.append(LedgerSource(f"{table}_metadata", path))
        together = [*payouts, *rows] if table == "transfers" else rows
        cells = [flattened(_without_object(row), "_") | {"batch_timestamp": SYNCED} for row in together]
        sources.append(LedgerSource(table, write_csv(folder / f"{table}.csv", cells)))
    return sources


def _without_object(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "object"}


def singer(objects: Objects, folder: Path) -> list[LedgerSource]:
    """One stream of messages for all tables, which is loaded into each."""
    messages: list[object] = []
    for table, rows in objects.items():
        messages.append({"type": "SCHEMA", "stream": table, "schema": {}, "key_properties": ["id"]})
        messages += [{"type": "RECORD", "stream": table, "record": row, "time_extracted": SYNCED} for row in rows]
    messages.append({"type": "STATE", "value": {}})
    path = write_lines(folder / "messages.jsonl", messages)
    return [LedgerSource(table, path) for table in objects]


def airbyte_raw(objects: Objects, folder: Path) -> list[LedgerSource]:
    return [
        LedgerSource(
            table,
            write_csv(
                folder / f"{table}.csv",
                (
                    {"_airbyte_raw_id": row["id"], "_airbyte_extracted_at": SYNCED, "_airbyte_data": json.dumps(row)}
                    for row in rows
                ),
            ),
        )
        for table, rows in objects.items()
    ]


def airbyte_messages(objects: Objects, folder: Path) -> list[LedgerSource]:
    return [
        LedgerSource(
            table,
            write_lines(
                folder / f"{table}.jsonl",
                ({"type": "RECORD", "record": {"stream": table, "data": row, "emitted_at": 1}} for row in rows),
            ),
        )
        for table, rows in objects.items()
    ]


def fivetran(objects: Objects, folder: Path) -> list[LedgerSource]:
    """Tables in the singular, references in `_id`, times as timestamps, metadata as JSON, links in a table."""

    def cells(row: Mapping[str, Any]) -> dict[str, Any]:
        metadata = json.dumps(row.get("metadata") or {})
        named = {f"{key}_id" if key in _REFERENCES else key: value for key, value in row.items() if key != "metadata"}
        named |= {key: _timestamp(named[key]) for key in _TIMES if key in named}
        return flattened(named, "_") | {"metadata": metadata, "_fivetran_synced": SYNCED, "_fivetran_deleted": "FALSE"}

    links = [
        {"payout_id": row["payout"], "balance_transaction_id": row["id"], "_fivetran_synced": SYNCED}
        for row in objects["balance_transactions"]
        if row.get("payout")
    ]
    without_payout = [
        {key: value for key, value in row.items() if key != "payout"} for row in objects["balance_transactions"]
    ]
    tables = {**objects, "balance_transactions": without_payout}
    return [
        LedgerSource("payout_balance_transaction", write_csv(folder / "payout_balance_transaction.csv", links)),
        *(
            LedgerSource(name, write_csv(folder / f"{name}.csv", map(cells, rows)))
            for name, rows in ((table.removesuffix("s"), rows) for table, rows in tables.items())
        ),
    ]


def _timestamp(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def shown(value: Any, currency: str) -> str:
    """An amount in major units, as the Dashboard prints it."""
    decimals = {"jpy": 0, "kwd": 3}.get(currency, 2)
    sign, digits = "-" if value < 0 else "", str(abs(value)).rjust(decimals + 1, "0")
    return f"{sign}{digits}" if decimals == 0 else f"{sign}{digits[:-decimals]}.{digits[-decimals:]}"


def dashboard(objects: Objects, folder: Path) -> list[LedgerSource]:
    """Balance history and payouts, whose times are cut to the minute."""
    arrivals = {row["id"]: row["arrival_date"] for row in objects["payouts"]}
    facing = {row["id"]: row for table in ("charges", "refunds") for row in objects[table]}
    history = [
        {
            "id": row["id"], "Type": row["type"], "Source": row["source"],
            **{name.title(): shown(row[name], row["currency"]) for name in ("amount", "fee", "net")},
            "Currency": row["currency"], "Created (UTC)": _minute(row["created"]),
            "Available On (UTC)": _minute(row["available_on"]), "Description": row["description"],
            "Customer Facing Amount": shown(row["amount"], row["currency"]) if row["source"] in facing else None,
            "Customer Facing Currency": row["currency"] if row["source"] in facing else None,
            "Transfer": row.get("payout"),
            "Transfer Date (UTC)": _minute(arrivals[row["payout"]]) if row.get("payout") else None,
            "order_id (metadata)": (facing.get(row["source"], {}).get("metadata") or {}).get("order_id"),
        }
        for row in objects["balance_transactions"]
    ]  # fmt: skip
    payouts = [
        {
            "id": row["id"], "Amount": shown(row["amount"], row["currency"]), "Created (UTC)": _minute(row["created"]),
            "Currency": row["currency"], "Arrival Date (UTC)": _minute(row["arrival_date"]),
            "Destination": row["destination"], "Status": row["status"], "Type": row["type"],
            "Method": row["method"] if row["automatic"] else "instant", "Description": row["description"],
            "Balance Transaction": row["balance_transaction"],
            "Failure Balance Transaction": row.get("failure_balance_transaction"),
        }
        for row in objects["payouts"]
    ]  # fmt: skip
    return [
        LedgerSource("balance_transactions", write_csv(folder / "Balance_history.csv", history)),
        LedgerSource("payouts", write_csv(folder / "payouts.csv", payouts)),
    ]


def _minute(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


WHOLE: dict[str, Write] = {
    "API objects": api_objects_as_lines,
    "pages of lists": pages,
    "an array": array,
    "flattened with dots": csv_flattened("."),
    "flattened with two underscores": csv_flattened("__", _dlt_id="x", _dlt_load_id="1741132800.5"),
    "flattened with one underscore": csv_flattened("_"),
    "semicolons": csv_flattened(".", ";"),
    "Stitch": csv_flattened("__", _sdc_batched_at=SYNCED, _sdc_sequence="1"),
    "JSON in cells": json_cells,
    "structs of Parquet": parquet(),
    "maps of Parquet": parquet(METADATA_AS_MAP),
    "lists of Parquet": parquet(METADATA_AS_RECORDS),
    "Sigma": sigma,
    "Singer": singer,
    "Airbyte raw tables": airbyte_raw,
    "Airbyte messages": airbyte_messages,
    "Fivetran": fivetran,
}
"""Dialects that carry everything."""
