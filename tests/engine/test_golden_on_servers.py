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
from tests.engine.test_golden import GOLDEN, Books, books_in
from tests.support.sail import running_sail
from tests.support.spark_server import running_spark

every_type = pytest.mark.parametrize("report_type", list(catalogue()), ids=lambda report_type: report_type.id)


@pytest.fixture(scope="module")
def on_sail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    with running_sail() as server, books_in(tmp_path_factory.mktemp("golden")) as books:
        yield replace(books, engine=SparkEngine(books.delta, ServerAddress(server.url)))


@pytest.fixture(scope="module")
def on_spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    """Reads files, as the jars for Delta Lake are in no package, and writes itemized reports in parts."""
    folder = tmp_path_factory.mktemp("golden")
    with running_spark(folder) as url, books_in(folder) as books:
        parts = PartsPlace(str(folder / "parts"), kept_seconds=3600)
        yield replace(
            books,
            engine=SparkEngine(books.delta, ServerAddress(url), reads_files=True, parts=parts, parts_from_rows=1),
        )
        assert list((folder / "parts").glob("*")) == []


@every_type
def test_a_report_is_the_same_on_sail(report_type: ReportType, on_sail: Books, tmp_path: Path) -> None:
    made = on_sail.file(report_type, tmp_path / "report.csv")

    assert made.decode() == (GOLDEN / f"{report_type.id}.csv").read_bytes().decode()


@every_type
def test_a_report_is_the_same_on_spark(report_type: ReportType, on_spark: Books, tmp_path: Path) -> None:
    made = on_spark.file(report_type, tmp_path / "report.csv")

    assert made.decode() == (GOLDEN / f"{report_type.id}.csv").read_bytes().decode()
