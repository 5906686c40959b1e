"""A damaged source file is refused before any of its rows is taken."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.errors import LedgerRefused
from tests.ledger.conftest import Books

MIB = 1024 * 1024

ROWS = b"id,created,name\n" + b"".join(b"cus_%d,1,name %d\n" % (n, n) for n in range(20_000))

TOO_LONG = "The row is longer than 33,554,432 bytes, the most that one may have."


def with_wrong_checksum(packed: bytes) -> bytes:
    return packed[:-8] + bytes([packed[-8] ^ 1]) + packed[-7:]


def with_wrong_length(packed: bytes) -> bytes:
    return packed[:-4] + bytes([packed[-4] ^ 1]) + packed[-3:]


def with_a_flipped_bit(packed: bytes) -> bytes:
    return packed[:5000] + bytes([packed[5000] ^ 4]) + packed[5001:]


def cut(packed: bytes) -> bytes:
    return packed[:-20]


def with_something_behind(packed: bytes) -> bytes:
    return packed + b"something else"


def emptied(packed: bytes) -> bytes:
    return b""


@pytest.mark.parametrize(
    "damaged", [with_wrong_checksum, with_wrong_length, with_a_flipped_bit, cut, with_something_behind, emptied]
)
def test_a_damaged_gz_is_refused(books: Books, text_file: Callable[..., Path], damaged: Callable[..., Any]) -> None:
    with pytest.raises(LedgerRefused, match=r"^rows\.csv\.gz: The file ends in \.gz but cannot be unpacked: "):
        books.load("customers", text_file(damaged(gzip.compress(ROWS)), "rows.csv.gz"))


@pytest.mark.parametrize("ending", ["jsonl", "json"])
def test_a_damaged_gz_of_json_is_refused(books: Books, text_file: Callable[..., Path], ending: str) -> None:
    rows = b"".join(b'{"id": "cus_%d", "created": 1}\n' % n for n in range(20_000))

    with pytest.raises(LedgerRefused, match="cannot be unpacked"):
        books.load("customers", text_file(with_wrong_checksum(gzip.compress(rows)), f"rows.{ending}.gz"))


def test_a_gz_of_several_members_is_read_to_its_end(books: Books, text_file: Callable[..., Path]) -> None:
    members = gzip.compress(b"id,created\ncus_1,1\n") + gzip.compress(b"cus_2,2\n")

    books.load("customers", text_file(members, "rows.csv.gz"))

    assert books.rows("customers", "id") == [("cus_1",), ("cus_2",)]


@pytest.mark.parametrize("fill", [b"\0", b"x"], ids=["zeros", "text"])
@pytest.mark.parametrize("ending", ["csv", "jsonl", "json", "csv.gz"])
def test_a_long_tail_without_a_line_end_is_not_dropped(
    books: Books, text_file: Callable[..., Path], ending: str, fill: bytes
) -> None:
    row = b"id,created\ncus_1,1\n" if ending.startswith("csv") else b'{"id": "cus_1", "created": 1}\n'
    text = row + fill * (130 * MIB)
    name = f"rows.{ending}"

    with pytest.raises(LedgerRefused) as refused:
        books.load("customers", text_file(gzip.compress(text, 1) if ending.endswith(".gz") else text, name))

    assert str(refused.value) == f"{name}, row 2: {TOO_LONG}"


@pytest.mark.parametrize("ending", ["csv", "tsv", "csv.gz"])
def test_zeros_in_the_place_of_rows_are_refused(books: Books, text_file: Callable[..., Path], ending: str) -> None:
    text = b"id,created,name\n" + b"".join(b"cus_%d,1,a\n" % number for number in range(1000))
    text = text[:4096] + b"\0" * 4096 + text[8192:]  # the cells of one row, with zeros in it
    text = text.replace(b",", b"\t") if ending == "tsv" else text

    with pytest.raises(LedgerRefused, match=r"The text has a zero byte at offset 4,096, as a crash leaves") as refused:
        books.load("customers", text_file(gzip.compress(text) if ending.endswith(".gz") else text, f"rows.{ending}"))

    assert str(refused.value).startswith(f"rows.{ending}: ")


def test_a_file_that_changes_while_it_is_read_is_refused(
    books: Books, text_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = text_file("id,created\ncus_1,1\n")
    read = __import__("interfaces.ledger.merge.staging", fromlist=["records_of"]).records_of

    def read_and_append(*arguments: Any) -> Any:
        with path.open("a") as file:
            file.write("cus_2,2\n")
        return read(*arguments)

    monkeypatch.setattr("interfaces.ledger.merge.staging.records_of", read_and_append)

    with pytest.raises(LedgerRefused, match=r"rows\.csv: The file changed while it was read"):
        books.load("customers", path)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"object": "list", "data": [{"id": "cus_1", "created": 1}, {"id": ', "row 1: The JSON cannot be read behind"),
        ('[{"id": "cus_1", "created": 1} {"id": "cus_2", "created": 1}]', "row 1: The JSON cannot be read behind"),
        ('[{"id": "cus_1", "created": 1}]\n[{"id": "cus_2", "crea', "row 1: The JSON cannot be read behind"),
        ('[{"id": "cus_1", "created": 1}]\nand more', "row 1: The JSON cannot be read behind"),
    ],
)
def test_an_answer_that_is_cut_or_followed_by_something_else_is_refused(
    books: Books, text_file: Callable[..., Path], text: str, problem: str
) -> None:
    with pytest.raises(LedgerRefused, match=problem):
        books.load("customers", text_file(text, "rows.json"))


def test_answers_of_several_pages_are_all_read(books: Books, text_file: Callable[..., Path]) -> None:
    pages = [{"object": "list", "data": [{"id": f"cus_{n}", "created": 1}], "has_more": n < 2} for n in (1, 2)]

    books.load("customers", text_file("\n".join(map(json.dumps, pages)), "rows.json"))

    assert books.rows("customers", "id") == [("cus_1",), ("cus_2",)]


def test_an_object_with_data_of_its_own_is_one_row(books: Books, text_file: Callable[..., Path]) -> None:
    text = json.dumps({"id": "cus_1", "data": [{"id": "cus_2"}], "created": 1}, indent=1)

    books.load("customers", text_file(text, "rows.json"))

    assert books.rows("customers", "id") == [("cus_1",)]


def test_numbers_of_an_answer_keep_their_digits(books: Books, text_file: Callable[..., Path]) -> None:
    text = (
        '{"data": [\n{"id": "re_1", "amount": 9007199254740993, "currency": "usd", "created": 1}\n], "object": "list"}'
    )

    books.load("refunds", text_file(text, "rows.json"))

    assert books.rows("refunds", "amount") == [("9007199254740993",)]


class Endless(io.TextIOBase):
    """A list of 200 MiB that is made while it is read."""

    def __init__(self) -> None:
        self.left = 200

    def read(self, size: int | None = -1, /) -> str:
        self.left -= 1
        return ('{"id": "cus_1", "name": "' + "x" * 1000 + '"},') * 1000 if self.left > 0 else ""


def test_a_large_answer_is_read_with_bounded_memory() -> None:
    program = """
import resource
from tests.ledger.test_damaged_files import Endless
from interfaces.ledger.sources.json_text.json_stream import JsonStream
stream = JsonStream(Endless())
stream._buffer = "["
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    for items, _ in enumerate(stream.objects(), start=1):
        pass
except ValueError:
    pass
print(items, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()

    assert int(printed[0]) == 199_000
    assert int(printed[1]) < 32
