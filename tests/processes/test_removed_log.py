"""Child processes that start when the log of their server is gone: none of them makes another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from interfaces.processes.child import ChildProcess, ChildProgram
from interfaces.processes.restarting import CANNOT_START
from interfaces.settings import Settings
from interfaces.storage.writers.protocol import Role
from interfaces.storage.writers.writer_process import writer_program
from tests.support.stores import stores_in

ROOT = Path(__file__).parents[2]

STARTS_WITHIN = 20.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of an installation that has lost its log."""
    with stores_in(tmp_path / "data"):
        pass
    for file in (tmp_path / "data").glob("events.db*"):
        file.unlink()
    return Settings(data=tmp_path / "data", log_level="error")


def programs(settings: Settings) -> Iterator[tuple[ChildProgram, int]]:
    """Every process that opens the store, and the exit code by which it says that it cannot."""
    for role in Role:
        yield writer_program(role, settings), 1
    for kind in ("worker", "deliverer", "sealer"):
        yield ChildProgram(kind, f"interfaces.entrypoints.{kind}", settings=settings), CANNOT_START


def test_a_child_process_makes_no_log_in_the_place_of_one_that_was_removed(settings: Settings) -> None:
    for program, expected in programs(settings):
        child = ChildProcess(program)
        code = child.exit_code_within(STARTS_WITHIN)
        child.kill()

        assert (program.name, code) == (program.name, expected)
        assert not settings.events_file.exists()
