"""Scratch folders: those of processes that were killed go, at whatever moment that was."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from interfaces.host.scratch_folder import LOCK, LOCKED_WITHIN_SECONDS, UNLOCKED, ScratchFolder


@pytest.mark.parametrize(
    ("name", "seconds", "goes"),
    [
        (LOCK, 0, True),
        (UNLOCKED, 2 * LOCKED_WITHIN_SECONDS, True),
        (UNLOCKED, LOCKED_WITHIN_SECONDS / 2, False),  # it may be about to be locked
    ],
)
def test_the_folder_of_a_killed_process_goes(tmp_path: Path, name: str, seconds: float, goes: bool) -> None:
    left = tmp_path / "load-left"
    left.mkdir()
    (left / name).touch()
    os.utime(left / name, (time.time() - seconds,) * 2)

    ScratchFolder(tmp_path, "load-").remove()

    assert left.exists() is not goes


def test_the_folder_of_a_living_process_stays_however_old_it_is(tmp_path: Path) -> None:
    living = ScratchFolder(tmp_path, "load-")
    os.utime(living.path / LOCK, (0, 0))

    ScratchFolder(tmp_path, "load-").remove()

    assert living.path.is_dir()
    living.remove()
