"""The servers that are measured: Reportrun, and the bare server it is compared with."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.environment import without_settings
from tests.support.processes import children_of, resident_mib

REPORTRUN = Path(sys.executable).with_name("reportrun")
START_SECONDS = 30


class Site:
    """A data folder and commands on it. database_url: PostgreSQL; empty for SQLite."""

    def __init__(self, data: Path, database_url: str = "", settings: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.database_url = database_url
        given = {"REPORTRUN_DATA": str(data), "REPORTRUN_DATABASE_URL": database_url, "REPORTRUN_LOG_LEVEL": "error"}
        self.environment = {**without_settings(), **given, **(settings or {})}
        if database_url:
            self.command("migrate")

    def command(self, *words: str) -> str:
        done = subprocess.run([REPORTRUN, *words], capture_output=True, text=True, check=False, env=self.environment)
        if done.returncode:
            raise RuntimeError(f"reportrun {' '.join(words)}: {done.stderr}")
        return done.stdout

    def with_demo(self) -> Site:
        self.command("demo")
        return self

    def new_key(self) -> str:
        return self.command("keys", "create", "--mode", "test").strip()

    @contextmanager
    def serving(self, workers: int = 0, deliverers: int = 0) -> Iterator[Server]:
        processes = ["--workers", str(workers), "--deliverers", str(deliverers)]
        words = [str(REPORTRUN), "serve", "--port", "0", *processes]
        with _running(words, self.environment) as server:
            yield server


class Server:
    """A running server. address: `http://127.0.0.1:8000`."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.pid = process.pid
        self.address = address

    @property
    def memory_mib(self) -> float:
        """Memory of the process and its children; shared pages count for each."""
        return sum(resident_mib(pid) for pid in (self.pid, *children_of(self.pid)))


@contextmanager
def baseline() -> Iterator[Server]:
    """A FastAPI application with one route and a constant response."""
    with _running([sys.executable, "-m", "benchmarks.baseline"], dict(os.environ)) as server:
        yield server


@contextmanager
def _running(words: list[str], environment: Mapping[str, str]) -> Iterator[Server]:
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        yield Server(process, _address(process))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _address(process: subprocess.Popen[str]) -> str:
    """The address that the process prints when it is ready."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
    line = process.stdout.readline() if ready else ""
    for word in line.split():
        if word.startswith("http://"):
            return word.rstrip(".")
    raise RuntimeError(f"no server came up: {line!r}")
