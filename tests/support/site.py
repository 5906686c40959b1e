"""A site to break: an installation on one store, and `reportrun serve` upon it, to be killed and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from domain.access.caller import Scope
from interfaces.composition.stores import Stores
from tests.support.environment import without_settings
from tests.support.furnished import furnish
from tests.support.ports import free_port
from tests.support.processes import children_of, descendants_of, has_gone, runs_module, until
from tests.support.server import STOP_SECONDS, address_of
from tests.support.stores import stores_in

QUICK = {
    "LEASE_SECONDS": "2", "RETRY_DELAY_SECONDS": "0.2", "ATTEMPTS": "50", "ENGINE_THREADS": "1",
    "SEAL_SECONDS": "0.05",
    "WEBHOOK_NETWORKS": "127.0.0.0/8", "WEBHOOK_TIMEOUT_SECONDS": "1",
    "WEBHOOK_SCHEDULE_TEST": ",".join(["0", *["0.2"] * 50]),
}  # fmt: skip
"""Settings with which a run whose worker died is soon taken over, however often that happens; so is a delivery."""

COMMAND_SECONDS = 600
"""A command that has not ended by then hangs; `doctor --deep` of 50,000 runs takes a minute on a busy machine."""

VICTIMS = ("server", "worker", "deliverer", "everything")


@dataclass
class Site:
    """One installation with a small ledger and a key. What its server says goes into `log`."""

    data: Path
    database_url: str
    account: str
    key: str
    settings: Mapping[str, str] = field(default_factory=lambda: dict(QUICK))
    environment: Mapping[str, str] = field(default_factory=dict)
    program: Path = field(default_factory=Path.cwd)
    workers: int = 1

    def __post_init__(self) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = self.data.with_name(f"{self.data.name}-{self.port}.log")
        self.scope = Scope(self.account, livemode=False)
        self._server: subprocess.Popen[bytes] | None = None
        self._started: set[int] = set()

    @property
    def store(self) -> str:
        return "postgres" if self.database_url else "sqlite"

    @property
    def pid(self) -> int:
        """The server's."""
        assert self._server is not None
        return self._server.pid

    def stores(self) -> AbstractContextManager[Stores]:
        """What is stored, opened from here."""
        return stores_in(self.data, self.database_url)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command of `reportrun` upon this site."""
        return subprocess.run(
            [*self._program(), *words], env=self._environment(), cwd=self.program, capture_output=True, text=True,
            check=False, timeout=COMMAND_SECONDS,
        )  # fmt: skip

    def begin_command(self, *words: str) -> subprocess.Popen[str]:
        """One command of `reportrun` upon this site, started; what it prints is read from its standard output."""
        command = subprocess.Popen(
            [*self._program(), *words], env=self._environment(), cwd=self.program, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self._started.add(command.pid)
        return command

    def start(self) -> None:
        """Start the server, and wait until it serves."""
        self.begin()
        assert self._server is not None
        try:
            assert address_of(self._server) == self.address
        except AssertionError as silence:
            raise AssertionError(f"{silence}; its log ends with: {self.log.read_text()[-2000:]}") from None

    def begin(self) -> None:
        """Start the server, without waiting for it."""
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(
                [*self._program(), "serve", "--port", str(self.port), "--workers", str(self.workers)],
                env=self._environment(),
                cwd=self.program,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        self._started.add(self.pid)

    def worker_pids(self) -> list[int]:
        """The workers and writer processes of the server as they are now."""
        pids = children_of(self.pid)
        self._started.update(pids)
        return pids

    def pids(self) -> list[int]:
        """The server and all processes below it; none while it does not run."""
        server = self._server
        return [] if server is None else [server.pid, *descendants_of(server.pid)]

    def kill(self, victim: str) -> None:
        """End processes of this site with SIGKILL, in the middle of their work."""
        assert self._server is not None
        children = self.worker_pids()
        if victim in ("server", "everything"):
            self._server.kill()
        for pid in children if victim != "server" else ():
            if victim != "deliverer" or runs_module(pid, "interfaces.entrypoints.deliverer"):
                with suppress(ProcessLookupError):  # it has just ended
                    os.kill(pid, signal.SIGKILL)
        if victim in ("server", "everything"):
            self._reap()

    def stop(self) -> int:
        """Ask the server to stop, and give its exit code."""
        assert self._server is not None
        self.worker_pids()
        self._server.send_signal(signal.SIGTERM)
        return self._reap()

    def all_gone(self) -> bool:
        """Whether every process that was ever seen of this site has ended."""
        return all(has_gone(pid) for pid in self._started)

    def close(self) -> None:
        """Leave nothing running."""
        if self._server is not None:
            self.kill("everything")
        until(self.all_gone, "a worker outlived its server")

    def _reap(self) -> int:
        assert self._server is not None and self._server.stdout is not None
        code = self._server.wait(STOP_SECONDS + 2)
        self._server.stdout.close()
        self._server = None
        return code

    def _program(self) -> list[str]:
        return [sys.executable, "-m", "interfaces.cli.main"]

    def _environment(self) -> dict[str, str]:
        settings = {"DATA": str(self.data), "DATABASE_URL": self.database_url, "LOG_LEVEL": "error", **self.settings}
        return {
            **without_settings(),
            **self.environment,
            **{f"REPORTRUN_{name}": value for name, value in settings.items()},
        }


@contextmanager
def site_in(folder: Path, database_url: str = "", **facts: object) -> Iterator[Site]:
    """A furnished site, not yet started; at the end, nothing of it runs.

    database_url  of a migrated PostgreSQL database; empty for SQLite in the folder
    """
    data = folder / "data"
    account, key = furnish(data, database_url)
    site = Site(data, database_url, account, key, **facts)  # type: ignore[arg-type]
    try:
        yield site
    finally:
        site.close()
