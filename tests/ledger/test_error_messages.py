"""Messages about a load show the cell at fault and nothing else, in characters that a terminal shows."""

from __future__ import annotations

import gzip
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.errors import LedgerRefused
from interfaces.ledger.sources.packed_files import zstd
from tests.ledger.conftest import Books


def refusal(books: Books, table: str, path: Path) -> str:
    with pytest.raises(LedgerRefused) as refused:
        books.load(table, path)
    return str(refused.value)


@pytest.mark.parametrize("hidden", ["\x1b[2J", "\r", "\x07", "\x9b", "\u202e"])
def test_control_characters_of_cells_headers_and_names_are_escaped(
    books: Books, text_file: Callable[..., Path], hidden: str
) -> None:
    escaped = hidden.encode("unicode_escape").decode()

    cell = refusal(books, "customers", text_file(f'id,created\ncus_1,"so{hidden}on"\n'))
    header = refusal(books, "customers", text_file(f'"i{hidden}d",created\ncus_1,1\n'))
    name = refusal(books, "customers", text_file("created\n1\n", f"ro{hidden}ws.csv"))

    assert cell.startswith(f"rows.csv, row 1, column created: 'so{escaped}on' is not a time")
    assert header.endswith(f"It has: i{escaped}d, created.")
    assert name.startswith(f"ro{escaped}ws.csv, column id: ")


def test_a_repeated_key_is_shown_shortened(books: Books, csv_file: Callable[..., Path]) -> None:
    rows = [{"id": "x" * 5000, "created": at} for at in (1, 2)]

    assert refusal(books, "customers", csv_file(rows)) == (
        f"rows.csv, row 2, column id: '{'x' * 77}...' is already in row 1. A load holds each row once."
    )


def test_a_damaged_parquet_file_shows_none_of_its_rows(books: Books, parquet_file: Callable[..., Path]) -> None:
    path = parquet_file("select 'cus_' || i as id, 1 as created, 'secret ' || random() as name from range(1000) n(i)")
    contents = path.read_bytes()
    path.write_bytes(contents[:100] + b"?" * 400 + contents[500:])

    assert refusal(books, "customers", path) == "rows.parquet: The file cannot be read: it is damaged."


def test_what_is_no_file_is_named_as_what_it_is(books: Books, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "link.csv").symlink_to(tmp_path / "nowhere")
    (tmp_path / "device.csv").symlink_to("/dev/null")

    assert [refusal(books, "customers", path) for path in sorted(tmp_path.glob("*.csv"))] == [
        "device.csv: This is a device, not a file.",
        "folder.csv: This is a folder, not a file.",
        "link.csv: This is a symbolic link to a file that is not there.",
        "pipe.csv: This is a pipe, not a file. Give - to read standard input.",
    ]


@pytest.mark.parametrize(
    "text", [b"id,created\ncus_1,1\n", b'{"id": "cus_1", "created": 1}\n', b'[{"id": "cus_1", "created": 1}]'],
    ids=["csv", "lines", "list"],
)  # fmt: skip
@pytest.mark.parametrize("packed", [bytes, gzip.compress, zstd.compress], ids=["plain", "gz", "zst"])
def test_standard_input_is_read_in_the_format_that_it_has(
    books: Books, monkeypatch: pytest.MonkeyPatch, text: bytes, packed: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(packed(text))))

    outcome = books.load("customers", Path("-"))

    assert (outcome.files[0].file, books.rows("customers", "id")) == ("standard input", [("cus_1",)])


def test_a_row_of_standard_input_is_named(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"id,created\ncus_1,soon\n")))

    assert refusal(books, "customers", Path("-")).startswith("standard input, row 1, column created: 'soon' is not")
