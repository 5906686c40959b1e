"""Workbooks: every cell is that of the CSV, amounts are numbers where they stay exact, and nothing is cut."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from domain.errors import InvalidParameter
from domain.report_types.amount_columns import AMOUNTS, COUNTS
from interfaces.host.csv_rows import rows_of
from interfaces.workbooks.cell_values import number_of
from interfaces.workbooks.workbook import CELL_CHARACTERS, SHEET_ROWS, must_fit_sheet, write_workbook
from tests.support.markdown import ROOT

GOLDEN = sorted((ROOT / "tests" / "engine" / "golden").glob("*.csv"))

NASTY = [
    '=HYPERLINK("http://x")',
    "+1",
    "@x",
    "-1",
    "https://x.example",
    "two\nlines",
    "a\rb",
    "_x0041_",
    "\x01",
    "1.50",
]


def cells_of(file: Path) -> list[list[Any]]:
    (sheet,) = openpyxl.load_workbook(file).worksheets
    return [list(row) for row in sheet.iter_rows()]


def text_of(cell: Any) -> str:
    """What a cell shows, as the CSV writes it."""
    if cell.value is None:
        return ""
    if cell.data_type == "n":
        decimals = len(cell.number_format.partition(".")[2])
        assert cell.number_format == (f"#,##0.{'0' * decimals}" if decimals else "#,##0")
        return f"{Decimal(repr(cell.value)):.{decimals}f}"
    assert cell.data_type in ("s", "inlineStr"), cell.data_type
    return str(unescape(cell.value))


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_every_cell_is_that_of_the_csv(file: Path, tmp_path: Path) -> None:
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))

    count = write_workbook(rows_of([file.read_bytes()]), tmp_path / "made.xlsx")

    cells = cells_of(tmp_path / "made.xlsx")
    assert [[text_of(cell) for cell in row] for row in cells] == rows
    assert count == len(rows) - 1
    columns = zip(rows[0], zip(*cells[1:], strict=True), strict=True)
    numbers = {name for name, column in columns if any(isinstance(cell.value, float | int) for cell in column)}
    assert numbers <= AMOUNTS | COUNTS


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_the_columns_of_amounts_are_those_that_hold_amounts(file: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))

    for name in rows[0] if rows else ():
        values = [row[name] for row in rows if row[name]]
        are_decimals = bool(values) and all(number_of(value, ".") and "." in value for value in values)
        if name in AMOUNTS:
            assert all(number_of(value, ".") for value in values), name
        elif are_decimals:
            assert name in ("tax_rate", "filing_exchange_rate", "refund_pct_change", "dispute_pct_change"), name


def test_text_is_never_taken_for_a_formula_a_link_or_a_number(tmp_path: Path) -> None:
    write_workbook(iter([["description", "source_id"], *([text, text] for text in NASTY)]), tmp_path / "made.xlsx")

    cells = cells_of(tmp_path / "made.xlsx")

    assert [text_of(row[0]) for row in cells[1:]] == NASTY
    assert {cell.data_type for row in cells for cell in row} <= {"s", "inlineStr"}
    assert [cell.hyperlink for row in cells for cell in row if cell.hyperlink] == []


@pytest.mark.parametrize(
    ("text", "separator", "number"),
    [
        ("10.00", ".", (10.0, 2)),
        ("-0.05", ".", (-0.05, 2)),
        ("1000", ".", (1000.0, 0)),
        ("1,500", ",", (1.5, 3)),
        ("9999999999999.99", ".", (9999999999999.99, 2)),
        ("90071992547409.93", ".", None),
        ("-0.00", ".", None),
        ("1e5", ".", None),
        ("007", ".", None),
        ("1,500", ".", None),
        ("=1", ".", None),
    ],
)
def test_an_amount_is_a_number_where_it_stays_the_same(text: str, separator: str, number: Any) -> None:
    assert number_of(text, separator) == number


def test_an_amount_that_a_float_does_not_keep_is_text(tmp_path: Path) -> None:
    write_workbook(iter([["net"], ["90071992547409.93"], ["1.10"]]), tmp_path / "made.xlsx")

    (_, large, small) = (row[0] for row in cells_of(tmp_path / "made.xlsx"))

    assert (large.value, small.value, small.number_format) == ("90071992547409.93", 1.1, "#,##0.00")


def test_more_rows_than_a_sheet_has_are_refused() -> None:
    must_fit_sheet(SHEET_ROWS - 1)

    with pytest.raises(InvalidParameter, match="has 1,048,576 rows, and a sheet of Excel holds 1,048,575"):
        must_fit_sheet(SHEET_ROWS)


def test_a_stream_with_more_rows_than_a_sheet_is_not_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interfaces.workbooks.workbook.SHEET_ROWS", 10)

    with pytest.raises(InvalidParameter, match="has 10 rows"):
        write_workbook(chain([["net"]], repeat(["1.00"])), tmp_path / "made.xlsx")


@pytest.mark.parametrize("text", ["x" * (CELL_CHARACTERS + 1), "😀" * (CELL_CHARACTERS // 2 + 1)])
def test_a_cell_that_is_too_long_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidParameter, match=r"Row 1 has [\d,]+ characters in the column description"):
        write_workbook(iter([["description"], [text]]), tmp_path / "made.xlsx")


def test_the_longest_cell_is_kept_whole(tmp_path: Path) -> None:
    write_workbook(iter([["description"], ["x" * CELL_CHARACTERS]]), tmp_path / "made.xlsx")

    assert cells_of(tmp_path / "made.xlsx")[1][0].value == "x" * CELL_CHARACTERS
