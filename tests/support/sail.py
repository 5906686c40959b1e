"""A Spark Connect server on loopback: Sail, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

import pytest

_SERVER = """
import sys
from pysail.spark import SparkConnectServer
server = SparkConnectServer("127.0.0.1", int(sys.argv[1]))
server.start(background=True)
print(server.listening_address[1], flush=True)
sys.stdin.read()
"""


class SailProcess:
    """A server that can be killed, and started again at the same address."""

    def __init__(self) -> None:
        self.port = 0
        self.start()

    def start(self) -> None:
        """Again, until the port is free: another process may have it for a moment."""
        while not (told := self._started()):
            self.kill()
            time.sleep(0.2)
        self.port = int(told)

    def _started(self) -> str:
        """Start a server; the line with its port, empty where it has ended."""
        self.process = subprocess.Popen(
            [sys.executable, "-c", _SERVER, str(self.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    @property
    def url(self) -> str:
        return f"sc://localhost:{self.port}"

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@contextmanager
def running_sail() -> Iterator[SailProcess]:
    """Skips the test where the extras `spark` and `sail` are not installed."""
    if find_spec("pysail") is None or find_spec("pyspark") is None:
        pytest.skip("The extras spark and sail are not installed.")
    server = SailProcess()
    try:
        yield server
    finally:
        server.kill()
