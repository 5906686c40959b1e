"""Files that are hard to read are read right, or refused with a sentence that says where."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from application.ports.ledger import LedgerSource, LoadOrder
from domain.errors import LedgerRefused, StoreUnavailable
from interfaces.ledger.delta.delta_ledger import DeltaLedger
from tests.ledger.conftest import Books

TEN_MB = 10_000_000
FORTY_MB = 40_000_000

TOO_LONG = "The row is longer than 33,554,432 bytes, the most that one may have."


def customer(id: str, **row: object) -> dict[str, object]:
    return {"id": id, "object": "customer", "created": 1, **row}


@pytest.mark.parametrize("text", ["x" * TEN_MB, "y\n" * (TEN_MB // 2)], ids=["one line", "many lines"])
def test_a_cell_of_ten_megabytes_is_read(books: Books, csv_file: Callable[..., Path], text: str) -> None:
    rows = [{"id": f"cus_{n}", "created": 1, "description": text if n == 2 else "short"} for n in (1, 2, 3)]

    books.load("customers", csv_file(rows))

    lengths = [("cus_1", "5"), ("cus_2", str(TEN_MB)), ("cus_3", "5")]
    assert books.rows("customers", "id, length(description)") == lengths


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.json"])
def test_a_value_of_ten_megabytes_in_an_api_object_is_read(
    books: Books, json_file: Callable[..., Path], name: str
) -> None:
    objects = [customer("cus_1"), customer("cus_2", description="x" * TEN_MB), customer("cus_3")]

    books.load("customers", json_file(objects, name))

    assert books.rows("customers", "id, length(description)") == [
        ("cus_1", None),
        ("cus_2", str(TEN_MB)),
        ("cus_3", None),
    ]


@pytest.mark.parametrize(
    "cell", ["x" * FORTY_MB, '"' + "x" * FORTY_MB + '"', '"' + "y\n" * (FORTY_MB // 2) + '"'],
    ids=["bare", "quoted", "many lines"],
)  # fmt: skip
def test_a_cell_that_is_longer_than_a_row_may_be_is_named(
    books: Books, text_file: Callable[..., Path], cell: str
) -> None:
    with pytest.raises(LedgerRefused) as refused:
        books.load("customers", text_file(f"id,created,name\ncus_1,1,a\ncus_2,1,{cell}\ncus_3,1,a\n"))

    assert str(refused.value) == f"rows.csv, row 2: {TOO_LONG}"


def test_a_row_with_cells_that_are_together_longer_than_it_may_be_is_named_with_the_longest(
    books: Books, text_file: Callable[..., Path]
) -> None:
    cells = ["cus_1", "1", "x" * TEN_MB, "é" * TEN_MB, '"' + "1\n" * 2_000_000 + '"']

    with pytest.raises(LedgerRefused) as refused:
        books.load("customers", text_file("id,created,name,description,phone\n" + ",".join(cells) + "\n"))

    assert str(refused.value) == f"rows.csv, row 1, column description: {TOO_LONG}"


def test_names_of_columns_that_are_longer_than_a_row_may_be_are_refused(
    books: Books, text_file: Callable[..., Path]
) -> None:
    with pytest.raises(LedgerRefused, match="longer than 33,554,432 bytes"):
        books.load("customers", text_file('"id,' + "x\n" * (FORTY_MB // 2)))


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.json"])
def test_an_api_object_that_is_longer_than_a_row_may_be_is_named(
    books: Books, json_file: Callable[..., Path], name: str
) -> None:
    objects = [customer("cus_1"), customer("cus_2", description="x" * FORTY_MB)]

    with pytest.raises(LedgerRefused) as refused:
        books.load("customers", json_file(objects, name))

    assert str(refused.value) == f"{name}, row 2: {TOO_LONG}"


def test_rows_that_need_more_room_than_there_is_are_reported(
    tmp_path: Path, books: Books, csv_file: Callable[..., Path]
) -> None:
    small = DeltaLedger(tmp_path / "small", memory_megabytes=32)
    large = csv_file([{"id": f"cus_{n}", "created": 1, "description": "x" * 1_000_000} for n in range(20)])

    with pytest.raises(StoreUnavailable, match="The load needs more room"):
        small.write(LoadOrder(books.pinned, [LedgerSource("customers", large)], "acct_a"), lambda what, part: None)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, '{"data":' + "[" * 100_000 + "]" * 100_000 + "}"])
def test_an_answer_that_is_nested_too_deeply_is_refused(
    books: Books, text_file: Callable[..., Path], text: str
) -> None:
    with pytest.raises(LedgerRefused, match=r"^rows\.json: The JSON is nested too deeply to be read\.$"):
        books.load("customers", text_file(text, "rows.json"))


def test_deep_nesting_in_one_line_is_read_past(books: Books, text_file: Callable[..., Path]) -> None:
    deep = "[" * 100_000 + "]" * 100_000

    books.load("customers", text_file(f'{{"id": "cus_1", "created": 1, "name": "Ada", "x": {deep}}}\n', "rows.jsonl"))

    assert books.rows("customers", "id, name") == [("cus_1", "Ada")]


def test_deep_nesting_that_does_not_end_is_named(books: Books, text_file: Callable[..., Path]) -> None:
    with pytest.raises(LedgerRefused, match=r"row 1: '\{\"id\": .* is not a JSON object on one line"):
        books.load("customers", text_file('{"id": ' + "[" * 100_000 + "\n", "rows.jsonl"))


def test_an_api_object_that_is_not_utf8_is_named(books: Books, text_file: Callable[..., Path]) -> None:
    lines = [json.dumps(customer("cus_1")), "", json.dumps(customer("cus_2", name="Müller"), ensure_ascii=False)]
    text = "\n".join(lines).encode("latin-1")

    for name, contents in (("a.jsonl", text), ("b.jsonl.gz", gzip.compress(text)), ("c.json", text)):
        with pytest.raises(LedgerRefused) as refused:
            books.load("customers", text_file(contents, name))

        assert str(refused.value) == f"{name}, row 2: This is not UTF-8 text."


def test_an_answer_that_is_not_utf8_is_named_by_its_item(books: Books, text_file: Callable[..., Path]) -> None:
    items = [customer("cus_1"), customer("cus_2", name="Müller")]
    text = json.dumps({"object": "list", "data": items}, ensure_ascii=False, indent=1).encode("latin-1")

    with pytest.raises(LedgerRefused, match=r"^rows\.json, row 2: This is not UTF-8 text\.$"):
        books.load("customers", text_file(text, "rows.json"))


@pytest.mark.parametrize("column", ["a'b\"c", "a[", "$.x", "*", "two words", "0", "größe", "a~/b", "merchant.id"])
def test_an_owner_column_of_api_objects_may_have_any_name(
    books: Books, json_file: Callable[..., Path], column: str
) -> None:
    named = {"merchant": {"id": "acct_seller"}} if column == "merchant.id" else {column: "acct_seller"}

    books.load("customers", json_file([customer("cus_1", **named), customer("cus_2")]), owner_column=column)

    assert books.rows("customers", "account, id") == [("acct_platform", "cus_2"), ("acct_seller", "cus_1")]


def test_an_owner_column_that_no_object_has_is_named_though_its_name_is_unusual(
    books: Books, json_file: Callable[..., Path]
) -> None:
    with pytest.raises(LedgerRefused, match="column a'b\"c: No file of this load has the column"):
        books.load("customers", json_file([customer("cus_1")]), owner_column="a'b\"c")
