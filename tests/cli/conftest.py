"""Commands as typed: run in this process, or in a child process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from interfaces.cli.main import main
from tests.support.commands import ROOT, Start, started
from tests.support.small_ledger import write_small_ledger

__all__ = ["ROOT", "Start", "started"]

Cli = Callable[..., tuple[int, str, str]]
"""Runs a command; gives exit code, stdout and stderr."""


@pytest.fixture
def reportrun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs a command in a data folder of the test's own; gives exit code, stdout and stderr."""
    monkeypatch.setenv("REPORTRUN_DATA", str(tmp_path / "data"))

    def run(*words: str) -> tuple[int, str, str]:
        try:
            code = main(words)
        except SystemExit as exit:
            code = int(exit.code or 0)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def founded(reportrun: Cli) -> Cli:
    """The same, with an installation whose ledger is empty."""
    assert reportrun("accounts", "list")[0] == 0
    return reportrun


@pytest.fixture
def loaded(reportrun: Cli, tmp_path: Path) -> Cli:
    """The same, with the small ledger in test mode."""
    files = write_small_ledger(tmp_path)
    for table, path in files.items():
        assert reportrun("load", table, str(path))[0] == 0
    return reportrun
