"""Commands as typed: run in this process, or in a child process."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from contextlib import redirect_stderr
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


def typed(data: Path, *words: str) -> str:
    """Run a command upon a data folder that no test has yet; gives what it says on stderr."""
    said = io.StringIO()
    with redirect_stderr(said):
        assert main((*words, "--data", str(data))) == 0, said.getvalue()
    return said.getvalue()


def run_in(place: Path, loaded_data: Path, *words: str) -> str:
    """Make a balance summary in a folder, upon a copy of the ledger in its `data`; gives the run's id."""
    shutil.copytree(loaded_data, place / "data")
    return typed(place / "data", "run", "balance.summary.1", *words).split()[0]


def replace_data(place: Path, tmp_path: Path) -> None:
    """Put a copy of a folder with `data` and more into that of the test, in the place of the data that are there."""
    shutil.rmtree(tmp_path / "data")
    shutil.copytree(place, tmp_path, dirs_exist_ok=True)
