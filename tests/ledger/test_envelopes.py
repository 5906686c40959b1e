"""Objects in the envelopes of connectors, and pages of list endpoints, are all taken out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from application.ports.ledger import LedgerSource
from domain.errors import LedgerRefused
from tests.ledger.conftest import Books

CUSTOMERS: list[dict[str, object]] = [
    {"id": f"cus_{n}", "object": "customer", "created": n, "metadata": {"tier": "gold"}} for n in (1, 2)
]

ROWS = [("cus_1", '{"tier":"gold"}'), ("cus_2", '{"tier":"gold"}')]


def singer(row: dict[str, object], stream: str = "customers") -> dict[str, object]:
    return {"type": "RECORD", "stream": stream, "record": row}


@pytest.mark.parametrize(
    "lines",
    [
        [
            {"type": "SCHEMA", "stream": "customers", "schema": {}, "key_properties": ["id"]},
            *map(singer, CUSTOMERS),
            {"type": "STATE", "value": {}},
        ],
        [{"_airbyte_ab_id": "x", "_airbyte_emitted_at": 1, "_airbyte_data": row} for row in CUSTOMERS],
        [{"_airbyte_raw_id": "x", "_airbyte_data": json.dumps(row)} for row in CUSTOMERS],
        [{"stream": "customers", "data": row, "emitted_at": 1} for row in CUSTOMERS],
        [
            {"type": "LOG", "log": {"level": "INFO", "message": "started"}},
            *({"type": "RECORD", "record": {"stream": "customers", "data": row}} for row in CUSTOMERS),
        ],
    ],
    ids=["Singer", "Airbyte raw", "Airbyte raw as text", "stream", "Airbyte messages"],
)
@pytest.mark.parametrize("name", ["rows.jsonl", "rows.json"])
def test_objects_are_taken_out_of_their_envelopes(
    books: Books, json_file: Callable[..., Path], lines: list[dict[str, Any]] | list[dict[str, str]], name: str
) -> None:
    books.load("customers", json_file(lines, name))

    assert books.rows("customers", "id, metadata") == ROWS


@pytest.mark.parametrize("column", ["_airbyte_data", "_AIRBYTE_DATA"])
def test_raw_tables_of_airbyte_are_read_from_csv_and_parquet(
    books: Books, csv_file: Callable[..., Path], parquet_file: Callable[..., Path], column: str
) -> None:
    raw = csv_file([{"_airbyte_raw_id": row["id"], column: json.dumps(row)} for row in CUSTOMERS])

    books.load("customers", raw)
    again = books.load("customers", parquet_file(f"select * from read_csv('{raw}', all_varchar = true)"))

    assert books.rows("customers", "id, metadata") == ROWS
    assert again.files[0].unchanged == 2


def test_messages_of_other_streams_are_left_out_with_a_warning(books: Books, json_file: Callable[..., Path]) -> None:
    messages = [*map(singer, CUSTOMERS), singer({"id": "po_1"}, "payouts")]

    outcome = books.load("customers", json_file(messages))

    assert books.rows("customers", "id, metadata") == ROWS
    assert outcome.warnings == (
        "rows.jsonl: Messages of other streams are left out: payouts. Load the file into their tables, too.",
    )


def test_messages_of_other_streams_only_are_refused(books: Books, json_file: Callable[..., Path]) -> None:
    with pytest.raises(
        LedgerRefused, match=r"^rows\.jsonl: None of the streams is customers\. The file has: payouts, refunds\."
    ):
        books.load("customers", json_file([singer({"id": "po_1"}, "payouts"), singer({"id": "re_1"}, "refunds")]))


def page(*rows: dict[str, object], has_more: bool = False) -> str:
    return json.dumps({"object": "list", "data": rows, "has_more": has_more, "url": "/v1/customers"})


ONE, TWO = CUSTOMERS


@pytest.mark.parametrize(
    "text",
    [
        page(ONE, has_more=True) + "\n" + page(TWO),
        page(ONE, has_more=True) + page(TWO),
        json.dumps([ONE]) + "\n" + json.dumps([TWO]),
        json.dumps([ONE]) + "\n" + json.dumps(TWO),
        json.dumps(ONE) + "\n" + page(TWO),
        json.dumps([json.loads(page(ONE)), json.loads(page(TWO))]),
        json.dumps(ONE, indent=1) + "\n" + json.dumps(TWO, indent=1),
        json.dumps(ONE, indent=1) + json.dumps([TWO], indent=1),
        json.dumps({"data": [ONE, TWO], "next_page_url": None}),
    ],
)
def test_every_object_of_a_json_file_is_read_however_it_is_arranged(
    books: Books, text_file: Callable[..., Path], text: str
) -> None:
    outcome = books.load("customers", text_file(text, "rows.json"))

    assert books.rows("customers", "id, metadata") == ROWS
    assert outcome.warnings == ()


def test_pages_and_arrays_in_a_file_of_json_lines_are_read(books: Books, text_file: Callable[..., Path]) -> None:
    text = "\n".join([page(ONE, has_more=True), page(), json.dumps([TWO])])

    books.load("customers", text_file(text, "rows.jsonl"))

    assert books.rows("customers", "id, metadata") == ROWS


def test_what_is_left_over_behind_an_object_is_refused_with_its_place(
    books: Books, text_file: Callable[..., Path]
) -> None:
    with pytest.raises(LedgerRefused, match=r"^rows\.json, row 1: The JSON cannot be read behind this row: "):
        books.load("customers", text_file(json.dumps(ONE, indent=1) + "\nand more", "rows.json"))


def test_a_last_page_that_says_that_there_are_more_is_warned_of(books: Books, text_file: Callable[..., Path]) -> None:
    outcome = books.load("customers", text_file(page(ONE) + page(TWO, has_more=True), "rows.json"))

    assert outcome.warnings == (
        "rows.json: Its last page says `has_more`: the list of customers has more pages. "
        "Save them until `has_more` is false, and load them, too.",
    )


def test_pages_in_files_of_their_own_are_one_list(books: Books, text_file: Callable[..., Path]) -> None:
    first, last = text_file(page(ONE, has_more=True), "a.json"), text_file(page(TWO), "b.json")

    outcome = books.load_all([LedgerSource("customers", last), LedgerSource("customers", first)])

    assert outcome.warnings == ()
