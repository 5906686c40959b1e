"""A load that was acknowledged survives a power cut."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.power import disk_that_loses_power
from tests.support.small_ledger import write_small_ledger

RECORDER = Path(__file__).parents[1] / "support" / "sync_recorder.c"


def reportrun(data: Path, *words: str, **environment: str) -> str:
    """Run a command in a process of its own. Returns what it printed."""
    ran = subprocess.run(
        [sys.executable, "-m", "interfaces.cli.main", *words],
        env={**os.environ, "REPORTRUN_DATA": str(data), **environment},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def load_all(data: Path, files: dict[str, Path], **environment: str) -> None:
    for table, path in files.items():
        reportrun(data, "load", table, str(path), **environment)


def test_acknowledged_loads_survive_a_power_cut(tmp_path: Path) -> None:
    files = write_small_ledger(tmp_path)
    with disk_that_loses_power(tmp_path) as disk:
        data = disk.folder / "data"
        load_all(data, files)
        before = reportrun(data, "run", "balance_change_from_activity.itemized.1")

        disk.cut_power()

        assert reportrun(data, "run", "balance_change_from_activity.itemized.1") == before
        assert "wrong" not in reportrun(data, "doctor", "--deep")


def test_a_load_upon_one_that_a_power_cut_ended_is_whole(tmp_path: Path) -> None:
    files = write_small_ledger(tmp_path)
    with disk_that_loses_power(tmp_path) as disk:
        data = disk.folder / "data"
        reportrun(data, "load", "payouts", str(files["payouts"]))
        killed = (
            "import os, signal, sys, interfaces.ledger.delta.ledger_folder as written, interfaces.cli.main as cli\n"
            "written.make_durable = lambda *facts: os.kill(os.getpid(), signal.SIGKILL)\n"
            "cli.main(['load', 'balance_transactions', sys.argv[1]])"
        )
        table = files["balance_transactions"]
        subprocess.run(
            [sys.executable, "-c", killed, table], env={**os.environ, "REPORTRUN_DATA": str(data)}, check=False
        )
        assert (data / "ledger" / "test" / "balance_transactions").is_dir()

        disk.cut_power()
        reportrun(data, "load", "balance_transactions", str(table))

        assert "wrong" not in reportrun(data, "doctor", "--deep")
        assert len(reportrun(data, "run", "balance_change_from_activity.itemized.1").splitlines()) > 1


@pytest.fixture
def recorder(tmp_path: Path) -> Any:
    """A library that records what a process syncs."""
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("needs a C compiler and Linux to record what is synced")
    library = tmp_path / "recorder.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, RECORDER, "-ldl"], check=True)
    return library


def test_every_file_and_folder_of_a_load_is_synced_before_the_load_is_recorded(tmp_path: Path, recorder: Any) -> None:
    record, data = tmp_path / "synced.txt", tmp_path / "data"

    for table, path in write_small_ledger(tmp_path).items():
        record.unlink(missing_ok=True)
        there = set(data.rglob("*"))
        reportrun(data, "load", table, str(path), LD_PRELOAD=str(recorder), SYNC_RECORD=str(record))

        lines = [line.split(" ", 1) for line in record.read_text().splitlines()]
        event = max(at for at, (_, synced) in enumerate(lines) if Path(synced).name.startswith("events.db"))
        synced = {(Path(file), int(size)) for size, file in lines[:event]}
        ledger = {path for path in (data / "ledger").rglob("*") if path.name != ".load.lock"} - there
        files = {(path, path.stat().st_size) for path in ledger if path.is_file()}
        folders = {path for path in ledger if path.is_dir()} | {path.parent for path, _ in files}
        assert files
        assert files - synced == set()
        assert folders - {path for path, _ in synced} == set()
