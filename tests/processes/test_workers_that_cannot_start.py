"""`reportrun worker` where no worker can start: it ends after a few tries, with the reason."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from interfaces.processes.supervisor import MOST_FAILED_STARTS
from tests.support.disks import read_only

ROOT = Path(__file__).parents[2]


def reportrun(data: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "REPORTRUN_DATA": str(data), **settings}
    command = [sys.executable, "-m", "reportrun", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_workers_of_a_folder_that_cannot_be_written_give_up_with_the_reason(tmp_path: Path) -> None:
    data = tmp_path / "data"
    reportrun(data, "keys", "create")

    with read_only(data):
        done = reportrun(data, "worker", "--concurrency", "2")

    assert done.returncode == 1
    assert done.stderr.count("A worker cannot start. ") == 2 * MOST_FAILED_STARTS
    assert f"reportrun: No worker could start in {MOST_FAILED_STARTS} tries. Read-only file system" in done.stderr


def test_workers_of_a_database_that_is_away_give_up_with_the_reason(tmp_path: Path) -> None:
    address = "postgresql://nobody@127.0.0.1:1/none"

    done = reportrun(tmp_path, "worker", REPORTRUN_DATABASE_URL=address)

    assert done.returncode == 1
    assert f"No worker could start in {MOST_FAILED_STARTS} tries. The database cannot be reached now." in done.stderr


def test_deliverers_of_a_database_that_is_away_give_up_with_the_reason(tmp_path: Path) -> None:
    address = "postgresql://nobody@127.0.0.1:1/none"

    done = reportrun(tmp_path, "deliver", REPORTRUN_DATABASE_URL=address)

    assert done.returncode == 1
    assert done.stderr.count("A deliverer cannot start. ") == MOST_FAILED_STARTS
    assert f"No deliverer could start in {MOST_FAILED_STARTS} tries. The database cannot be reached" in done.stderr
