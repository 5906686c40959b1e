"""Large results, written in parts by the server: the worker's memory, and what is left when a process is killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from domain.runs.report_run import ReportRun
from interfaces.composition.stores import Stores
from interfaces.engine.spark.result_parts import PartsPlace
from tests.support.many_rows import COLUMNS, INTERVAL, write_many_transactions
from tests.support.processes import until
from tests.support.spark_server import SparkProcess, running_spark
from tests.support.stores import stores_in

ROOT = Path(__file__).parents[2]
ROWS = 300_000
TYPE = "balance_change_from_activity.itemized.3"
REPORT = ("run", TYPE, *INTERVAL, "--param", f"columns={COLUMNS}")
MOST_MIB = 400


class LargeSite:
    """An installation whose ledger has many rows, and commands on it as processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parts = folder / "parts"
        self.data = folder / "data"
        self._environment = {**os.environ, "REPORTRUN_DATA": str(self.data)}
        file = write_many_transactions(folder / "balance_transactions.parquet", ROWS)
        code, said = self.ended(self.start("load", "balance_transactions", str(file)))
        assert code == 0, said

    def on(self, url: str, **settings: str) -> Mapping[str, str]:
        given = {
            "ENGINE_URL": url,
            "ENGINE_READS": "files",
            "ENGINE_FROM_MIB": "0",
            "ENGINE_PARTS_URL": str(self.parts),
            "ENGINE_PARTS_FROM_ROWS": "1000",
            "LEASE_SECONDS": "1",
            **settings,
        }
        return {f"REPORTRUN_{name}": value for name, value in given.items()}

    def start(self, *words: str, **settings: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "interfaces.cli.main", *words],
            cwd=ROOT, env={**self._environment, **settings}, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    def ended(self, process: subprocess.Popen[str]) -> tuple[int, str]:
        _, said = process.communicate(timeout=900)
        return process.returncode, said

    def wait_for_parts(self, process: subprocess.Popen[str]) -> None:
        """Until the server writes parts."""
        until(lambda: process.poll() is not None or list(self.parts.glob("parts-*/_temporary")), "no parts", 300)
        assert process.poll() is None

    def left(self) -> list[Path]:
        """What is left of attempts after a sweep that takes them for dead."""
        PartsPlace(str(self.parts), kept_seconds=-1).sweep()
        return list(self.parts.iterdir())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> LargeSite:
    return LargeSite(tmp_path_factory.mktemp("large"))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SparkProcess]:
    """A server that may be killed."""
    with running_spark(tmp_path) as started:
        yield started


def peak_mib(process: subprocess.Popen[str]) -> float:
    """The most memory that a process had, until it ends."""
    status, peak = Path(f"/proc/{process.pid}/status"), 0.0
    while process.poll() is None:
        found = re.search(r"VmHWM:\s+(\d+)", status.read_text())
        peak = max(peak, int(found[1]) / 1024 if found else 0)
        time.sleep(0.05)
    return peak


@pytest.mark.parametrize("place", ["folder", "bucket"])
def test_a_large_result_passes_through_a_small_worker(
    place: str, site: LargeSite, spark: SparkProcess, buckets: dict[str, str], tmp_path: Path
) -> None:
    files = {"FILES_URL": f"s3://reports/{tmp_path.name}"} if place == "bucket" else {}
    target = tmp_path / "report.csv"

    process = site.start(*REPORT, "--out", str(target), **site.on(spark.url, **files))
    peak = peak_mib(process)
    code, said = site.ended(process)

    assert code == 0, said
    assert peak < MOST_MIB
    assert list(site.parts.iterdir()) == []
    run = re.search(r"frr_\w+", said)
    assert run is not None
    code, again = site.ended(site.start("run", "--as-of-run", run[0], "--out", str(tmp_path / "again.csv")))
    assert code == 0, again
    assert re.search(r"The same, byte for byte.*made by spark \S+ then, and by duckdb \S+ now", again, re.S)


def test_a_worker_that_is_killed_leaves_no_part_and_another_makes_the_file(
    site: LargeSite, spark: SparkProcess
) -> None:
    killed = site.start(*REPORT, **site.on(spark.url))
    site.wait_for_parts(killed)
    killed.send_signal(signal.SIGKILL)
    _, said = site.ended(killed)
    run = re.search(r"frr_\w+", said)
    assert run is not None

    worker = site.start("worker", **site.on(spark.url))
    try:
        with stores_in(site.data) as stores:
            until(lambda: has_succeeded(stores, run[0]), "the run does not end", 300)
    finally:
        worker.terminate()
        site.ended(worker)

    assert history(site, run[0]).count("report_run.succeeded") == 1
    until(lambda: site.left() == [], "parts are left")


def test_a_server_that_is_killed_ends_the_run_in_a_sentence_and_leaves_no_part(
    site: LargeSite, server: SparkProcess
) -> None:
    process = site.start(*REPORT, **site.on(server.url, ATTEMPTS="1"))
    site.wait_for_parts(process)
    server.process.kill()
    code, said = site.ended(process)

    assert code == 1
    assert "The report could not be computed, because the engine cannot be reached now." in said
    assert list(site.parts.iterdir()) == []


def has_succeeded(stores: Stores, run: str) -> bool:
    return any(isinstance(event, ReportRun.Succeeded) for event in stores.events.events_of(run))


def history(site: LargeSite, run: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "interfaces.cli.main", "history", run],
        cwd=ROOT, env=site._environment, text=True, capture_output=True, check=True,
    ).stdout  # fmt: skip
