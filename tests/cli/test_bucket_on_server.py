"""Reports of a ledger in a bucket on a server: it reads the bucket itself, and the worker fetches no file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Start
from tests.support.buckets import load_into_bucket, place_for_bucket
from tests.support.sail import SailProcess, running_sail

TYPES = ("balance_change_from_activity.itemized.1", "balance.summary.1", "payouts.itemized.1")


@pytest.fixture(scope="module")
def loaded_place(buckets: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the `data` of an installation whose ledger is in a bucket."""
    place = place_for_bucket(tmp_path_factory)
    load_into_bucket(place)
    return place


@pytest.fixture(scope="module")
def reading_sail(buckets: dict[str, str]) -> Iterator[SailProcess]:
    """A server that was started with the variables that lead to the bucket."""
    with running_sail() as server:
        yield server


@pytest.mark.parametrize("report_type", TYPES)
def test_the_server_reads_the_bucket_and_the_worker_copies_nothing(
    report_type: str,
    loaded_place: Path,
    reading_sail: SailProcess,
    started: Start,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    shutil.copytree(loaded_place / "data", tmp_path / "data")

    def run(*words: str, **settings: str) -> str:
        ledger = f"s3://reports/{loaded_place.name}/ledger"
        process = started(*words, REPORTRUN_LEDGER_URL=ledger, **settings)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return out

    with caplog.at_level("INFO", logger="werkzeug"):
        caplog.clear()
        made = run("run", report_type, REPORTRUN_ENGINE_URL=reading_sail.url, REPORTRUN_ENGINE_FROM_MIB="0")

    read = [record.getMessage() for record in caplog.records if ".parquet" in record.getMessage()]
    assert any("GET" in request for request in read)
    assert not (tmp_path / "data" / "copies").exists()
    assert made == run("run", report_type)
    assert list((tmp_path / "data" / "copies").iterdir()) != []  # DuckDB does copy
