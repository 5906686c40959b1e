"""Every report of the catalogue in all its columns, over one ledger, against the files in `golden/`.

To change them, run `GOLDEN_FILES=write bash scripts/test tests/engine/test_golden.py`, and read the difference.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.report_types import ReportType, catalogue
from interfaces.engine.definitions.report_definition import definition_of
from tests.engine.golden_books import GOLDEN, Books, books_in


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    with books_in(tmp_path_factory.mktemp("golden")) as made:
        yield made


@pytest.mark.parametrize("report_type", list(catalogue()), ids=lambda report_type: report_type.id)
def test_a_report_is_what_it_was(report_type: ReportType, books: Books, tmp_path: Path) -> None:
    made = books.file(report_type, tmp_path / "report.csv")
    golden = GOLDEN / f"{report_type.id}.csv"

    if os.environ.get("GOLDEN_FILES") == "write":
        golden.write_bytes(made)

    assert made.decode() == golden.read_bytes().decode()


def is_itemized(report_type: ReportType) -> bool:
    definition = definition_of(report_type)
    return definition is not None and definition.is_itemized


@pytest.mark.parametrize("report_type", [one for one in catalogue() if is_itemized(one)], ids=lambda one: one.id)
def test_a_report_that_is_made_in_chunks_is_the_same(
    report_type: ReportType, books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interfaces.engine.duckdb.engine.is_large", lambda files, limit: True)
    monkeypatch.setattr("interfaces.engine.duckdb.engine.chunk_rows", lambda columns, workers, limit: 4)

    made = books.file(report_type, tmp_path / "report.csv")

    assert made.decode() == (GOLDEN / f"{report_type.id}.csv").read_bytes().decode()


def test_no_golden_file_is_of_a_report_that_is_gone() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == {report_type.id for report_type in catalogue()}
