"""Every report of the catalogue, computed through Spark Connect, against the files in `golden/`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from domain.report_types import ReportType, catalogue
from interfaces.engine.spark.engine import SparkEngine
from interfaces.engine.spark.server_address import ServerAddress
from tests.engine.test_golden import GOLDEN, Books, books_in
from tests.support.sail import running_sail


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    with running_sail() as server, books_in(tmp_path_factory.mktemp("golden")) as made:
        engine = SparkEngine(made.delta, ServerAddress(server.url))
        yield replace(made, engine=engine)
        engine.close()


@pytest.mark.parametrize("report_type", list(catalogue()), ids=lambda report_type: report_type.id)
def test_a_report_is_the_same_on_sail(report_type: ReportType, books: Books, tmp_path: Path) -> None:
    made = books.file(report_type, tmp_path / "report.csv")

    assert made.decode() == (GOLDEN / f"{report_type.id}.csv").read_bytes().decode()
