"""Tests and scripts reach no installation that the settings of the shell name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.upkeep_at_once import AtOnce
from tests.support.site import site_in
from tests.support.small_ledger import write_small_ledger

ROOT = Path(__file__).parents[2]

LOADS = (
    "tests/cli/test_streams_and_signals.py::"
    "test_a_report_with_a_file_that_cannot_be_stored_fails_in_one_sentence_and_is_not_left_pending"
)
"""A test that loads files in its own process, and makes a report in another."""


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for a ledger, which the settings of the shell name."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.setenv("REPORTRUN_LEDGER_URL", str(folder))
    return folder


def test_the_commands_of_a_test_load_nothing_into_the_ledger_of_the_shell(elsewhere: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:schemathesis", LOADS],  # a plugin that takes seconds to import
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert list(elsewhere.iterdir()) == []


def test_upkeep_at_once_works_on_its_own_ledger(elsewhere: Path, tmp_path: Path) -> None:
    at_once = AtOnce(tmp_path, {"REPORTRUN_DATA": str(tmp_path / "data")})
    at_once.load()

    assert (at_once.loads, at_once.surprises) == ([0], [])
    assert list(elsewhere.iterdir()) == []


def test_a_command_of_a_site_works_on_its_own_ledger(elsewhere: Path, tmp_path: Path) -> None:
    files = write_small_ledger(tmp_path)
    with site_in(tmp_path) as site:
        done = site.command("load", "payouts", str(files["payouts"]))

    assert done.returncode == 0, done.stderr
    assert list(elsewhere.iterdir()) == []
