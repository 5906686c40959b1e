"""Commands as typed: run in this process, or in a child process."""

from __future__ import annotations

import shutil
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


@pytest.fixture(scope="session")
def loaded_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small ledger in test mode, for copies: nothing writes to it."""
    place = tmp_path_factory.mktemp("loaded")
    for table, path in write_small_ledger(place).items():
        assert main(("load", table, str(path), "--data", str(place / "data"))) == 0
    return place / "data"


@pytest.fixture
def loaded(loaded_data: Path, reportrun: Cli, tmp_path: Path) -> Cli:
    """The same, with the small ledger in test mode, and its files in `tmp_path`."""
    write_small_ledger(tmp_path)
    shutil.copytree(loaded_data, tmp_path / "data")
    return reportrun
