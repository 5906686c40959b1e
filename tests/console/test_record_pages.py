"""Pages of records, read by ranges of bytes."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncGenerator

import pytest

from domain.errors import InvalidParameter
from interfaces.console.record_pages import HEADER_BYTES, ROWS, WINDOW_BYTES, RecordPage, page_at

NASTY = ["plain", "", 'says "hello"', "two\nlines", '"\n"', "a,b", "é\n\n", '""', "carriage\rreturn", "\r\n"]


class CountingFile:
    """Bytes in memory, and how many of them were read."""

    def __init__(self, contents: bytes) -> None:
        self.contents = contents
        self.read_bytes = 0

    async def read(self, start: int, length: int) -> AsyncGenerator[bytes]:
        self.read_bytes += length
        for at in range(start, start + length, 1000):
            yield self.contents[at : min(at + 1000, start + length)]

    def page(self, start: int | None = None, *, is_end: bool = False) -> RecordPage:
        return asyncio.run(page_at(self.read, len(self.contents), start, is_end=is_end))


def file_of(rows: list[list[str]]) -> CountingFile:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([["number", "text"], *rows])
    return CountingFile(text.getvalue().encode())


def nasty_rows(count: int) -> list[list[str]]:
    return [[str(number), NASTY[number % len(NASTY)]] for number in range(count)]


def test_pages_forward_hold_every_row_once() -> None:
    rows = nasty_rows(2 * ROWS + 7)
    file = file_of(rows)
    page = file.page()
    seen = [page.rows]
    while page.end < len(file.contents):
        page = file.page(page.end)
        seen.append(page.rows)

    assert [len(part) for part in seen] == [ROWS, ROWS, 7]
    assert [row for part in seen for row in part] == rows
    assert page.columns == ["number", "text"]


def test_pages_backward_hold_every_row_once() -> None:
    rows = nasty_rows(2 * ROWS + 7)
    file = file_of(rows)
    page = file.page(len(file.contents), is_end=True)
    seen = [page.rows]
    while page.start > page.data_start:
        page = file.page(page.start, is_end=True)
        seen.insert(0, page.rows)

    assert [len(part) for part in seen] == [7, ROWS, ROWS]
    assert [row for part in seen for row in part] == rows


def test_the_last_page_reads_no_more_than_the_first() -> None:
    file = file_of(nasty_rows(200_000))
    file.page()
    first, file.read_bytes = file.read_bytes, 0

    file.page(len(file.contents), is_end=True)

    assert first <= 2 * WINDOW_BYTES
    assert file.read_bytes <= first


def test_a_page_costs_the_same_at_row_0_and_at_row_999_000() -> None:
    line = b'"%07d","two\nlines"\n'
    file = CountingFile(b'"number","text"\n' + b"".join(line % number for number in range(1_000_000)))
    length = len(line % 0)
    first = file.page()
    cost, file.read_bytes = file.read_bytes, 0

    far = file.page(first.data_start + 999_000 * length)

    assert (first.rows[0][0], far.rows[0], len(far.rows)) == ("0000000", ["0999000", "two\nlines"], ROWS)
    assert file.read_bytes <= cost + 1  # the byte that shows that a row begins there
    assert cost <= WINDOW_BYTES + HEADER_BYTES


@pytest.mark.parametrize("cut", range(-30, 30, 3))
def test_a_quoted_line_end_at_the_end_of_what_is_read_is_no_end_of_a_row(cut: int) -> None:
    wide = WINDOW_BYTES // 4
    rows = [["0", "x" * (4 * wide - 60 + cut)], *(["1", '\n"\n' * 5] for _ in range(20))]
    file = file_of(rows)
    seen, page = [], file.page()
    while True:
        seen += page.rows
        if page.end >= len(file.contents):
            break
        page = file.page(page.end)

    assert seen == rows
    assert file.page(len(file.contents), is_end=True).rows[-20:] == rows[-20:]


def test_a_null_in_a_file_of_one_column_is_a_row() -> None:
    assert CountingFile(b'"text"\n\n"a"\n').page().rows == [[""], ["a"]]


def test_a_file_without_rows_has_an_empty_page() -> None:
    page = file_of([]).page()

    assert (page.columns, page.rows, page.start, page.end) == (["number", "text"], [], 16, 16)


def test_rows_wider_than_the_window_make_a_shorter_page() -> None:
    file = file_of([[str(number), "x" * (WINDOW_BYTES // 3)] for number in range(5)])

    assert [row[0] for row in file.page().rows] == ["0", "1"]
    assert [row[0] for row in file.page(len(file.contents), is_end=True).rows] == ["3", "4"]


@pytest.mark.parametrize("at", [1, 20, 10_000])
def test_a_byte_in_the_middle_of_a_row_is_refused(at: int) -> None:
    with pytest.raises(InvalidParameter, match=f"No row of the file begins at byte {at}"):
        file_of([["1", "one"], ["2", "two"]]).page(at)
