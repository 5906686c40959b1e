"""Commands as typed, each in a child process, where streams, signals or logs matter."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

Start = Callable[..., subprocess.Popen[str]]
"""Starts a command in its own process."""


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
