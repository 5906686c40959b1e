"""`reportrun worker` where no worker can start: it ends after a few tries, with the reason.

The commands run at once, as each waits most of its time for the next try.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from interfaces.processes.supervisor import MOST_FAILED_STARTS
from tests.support.disks import read_only

ROOT = Path(__file__).parents[2]

GIVES_UP_WITHIN_SECONDS = 120

AWAY = "postgresql://nobody@127.0.0.1:1/none"

Commands = dict[str, subprocess.Popen[str]]


def begin(data: Path, *words: str, **settings: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "REPORTRUN_DATA": str(data), **settings}
    command = [sys.executable, "-m", "reportrun", *words]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def end_of(command: subprocess.Popen[str]) -> tuple[int, str]:
    """The exit code of a command, and what it said."""
    _, said = command.communicate(timeout=GIVES_UP_WITHIN_SECONDS)
    return command.returncode, said


@pytest.fixture(scope="module", autouse=True)
def away(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    """Commands, by name, upon a database that is away."""
    begun = {
        name: begin(tmp_path_factory.mktemp(name), name, REPORTRUN_DATABASE_URL=AWAY) for name in ("worker", "deliver")
    }
    yield begun
    for command in begun.values():
        command.kill()
        command.communicate()


def test_workers_of_a_folder_that_cannot_be_written_give_up_with_the_reason(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert end_of(begin(data, "keys", "create"))[0] == 0

    with read_only(data):
        code, said = end_of(begin(data, "worker", "--concurrency", "2"))

    assert code == 1
    assert said.count("A worker cannot start. ") == 2 * MOST_FAILED_STARTS
    assert f"reportrun: No worker could start in {MOST_FAILED_STARTS} tries. Read-only file system" in said


def test_workers_of_a_database_that_is_away_give_up_with_the_reason(away: Commands) -> None:
    code, said = end_of(away["worker"])

    assert code == 1
    assert f"No worker could start in {MOST_FAILED_STARTS} tries. The database cannot be reached now." in said


def test_deliverers_of_a_database_that_is_away_give_up_with_the_reason(away: Commands) -> None:
    code, said = end_of(away["deliver"])

    assert code == 1
    assert said.count("A deliverer cannot start. ") == MOST_FAILED_STARTS
    assert f"No deliverer could start in {MOST_FAILED_STARTS} tries. The database cannot be reached" in said
