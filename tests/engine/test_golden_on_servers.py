"""Every report of the catalogue, computed through Spark Connect, against the files in `golden/`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from domain.report_types import ReportType, catalogue
from interfaces.engine.spark.engine import SparkEngine
from interfaces.engine.spark.result_parts import PartsPlace
from interfaces.engine.spark.server_address import ServerAddress
from tests.engine.golden_books import GOLDEN, Books, books_in
from tests.support.sail import SailProcess
from tests.support.spark_server import SparkProcess

every_type = pytest.mark.parametrize("report_type", list(catalogue()), ids=lambda report_type: report_type.id)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    with books_in(tmp_path_factory.mktemp("golden")) as made:
        yield made


@pytest.fixture(scope="module")
def on_sail(books: Books, sail: SailProcess) -> Iterator[Books]:
    engine = SparkEngine(books.delta, ServerAddress(sail.url))
    yield replace(books, engine=engine)
    engine.close()


@pytest.fixture(scope="module")
def on_spark(books: Books, spark: SparkProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    """Reads files, as the jars for Delta Lake are in no package, and writes itemized reports in parts."""
    folder = tmp_path_factory.mktemp("parts")
    parts = PartsPlace(str(folder), kept_seconds=3600)
    engine = SparkEngine(books.delta, ServerAddress(spark.url), reads_files=True, parts=parts, parts_from_rows=1)
    yield replace(books, engine=engine)
    engine.close()
    assert list(folder.iterdir()) == []


@every_type
def test_a_report_is_the_same_on_sail(report_type: ReportType, on_sail: Books, tmp_path: Path) -> None:
    made = on_sail.file(report_type, tmp_path / "report.csv")

    assert made.decode() == (GOLDEN / f"{report_type.id}.csv").read_bytes().decode()


@every_type
def test_a_report_is_the_same_on_spark(report_type: ReportType, on_spark: Books, tmp_path: Path) -> None:
    made = on_spark.file(report_type, tmp_path / "report.csv")

    assert made.decode() == (GOLDEN / f"{report_type.id}.csv").read_bytes().decode()
