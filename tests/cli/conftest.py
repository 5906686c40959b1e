"""Commands as typed: run in this process, or in a child process where streams, signals or logs matter."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from interfaces.cli.main import main
from tests.support.small_ledger import write_small_ledger

ROOT = Path(__file__).parents[2]


Cli = Callable[..., tuple[int, str, str]]
"""Runs a command; gives exit code, stdout and stderr."""

Start = Callable[..., subprocess.Popen[str]]
"""Starts a command in its own process."""


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


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Start]:
    """Starts a command in a process of its own, in the same data folder, as a shell does: its output is buffered.

    program  words for the interpreter, in the place of those that start the command line
    """
    running: list[subprocess.Popen[str]] = []

    def start(
        *words: str,
        program: Sequence[str] = ("-m", "interfaces.cli.main"),
        stdout: Any = subprocess.PIPE,
        **changed: str,
    ) -> subprocess.Popen[str]:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
        process = subprocess.Popen(
            [sys.executable, *program, *words],
            cwd=ROOT, env={**environment, "REPORTRUN_DATA": str(tmp_path / "data"), **changed}, text=True,
            stdout=stdout, stderr=subprocess.PIPE,
        )  # fmt: skip
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()
