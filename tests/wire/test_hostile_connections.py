"""A live server under callers that send too much, too slowly, or never read."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.support.processes import resident_mib
from tests.support.server import STOP_SECONDS, address_of

CONNECTIONS = 20
ATTACK_SECONDS = 2.0
MOST_GROWTH_MIB = 32
"""The attack without limits took 540 MiB more in 3 s; with them it takes 1 MiB."""

IDLE_CONNECTIONS = 500
BURST = b"GET %b HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """Process id and port of a server with short time-outs."""
    settings = {"DATA": str(tmp_path_factory.mktemp("data")), "LOG_LEVEL": "error"}
    settings |= {f"{part}_TIMEOUT_SECONDS": "1" for part in ("IDLE", "HEAD", "BODY")}
    environment = {**os.environ, **{f"REPORTRUN_{name}": value for name, value in settings.items()}}
    command = [sys.executable, "-m", "interfaces.cli.main", "serve", "--port", "0", "--workers", "0"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        try:
            yield process.pid, int(address_of(process).rpartition(":")[2])
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


def flood(port: int, path: bytes, take: Callable[[socket.socket], object]) -> None:
    """Pipeline requests until time is up, on a new connection whenever one has been closed."""
    burst = (BURST % path) * 1000
    end = time.monotonic() + ATTACK_SECONDS
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.2) as connection:
            while time.monotonic() < end:
                connection.sendall(burst)
                take(connection)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("path", [b"/", b"/healthz"])
@pytest.mark.parametrize("reads", [True, False])
def test_pipelined_requests_take_no_memory(server: tuple[int, int], path: bytes, reads: bool) -> None:
    pid, port = server
    before = resident_mib(pid)

    callers = [
        threading.Thread(target=flood, args=(port, path, lambda one: reads and one.recv(65_536)))
        for _ in range(CONNECTIONS)
    ]
    for caller in callers:
        caller.start()
    most = before
    while any(caller.is_alive() for caller in callers):
        most = max(most, resident_mib(pid))
        callers[0].join(0.05)
    for caller in callers:
        caller.join()

    assert most - before < MOST_GROWTH_MIB


@pytest.mark.parametrize(
    "sent", [b"", b"GET /healthz HTTP/1.1\r\nHo", b"POST /v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na"]
)
def test_idle_and_half_sent_connections_end(server: tuple[int, int], sent: bytes) -> None:
    _, port = server
    with ExitStack() as open_connections:
        connections = [
            open_connections.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            for _ in range(IDLE_CONNECTIONS)
        ]
        for connection in connections:
            with suppress(ConnectionError):  # one that came early may have ended by now
                connection.sendall(sent)

        for connection in connections:
            with suppress(ConnectionResetError):
                while connection.recv(65_536):
                    pass


def test_a_half_closed_connection_gets_its_answer(server: tuple[int, int]) -> None:
    _, port = server
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(BURST % b"/healthz" * 3)
        connection.shutdown(socket.SHUT_WR)

        answer = b"".join(iter(lambda: connection.recv(65_536), b""))

    assert answer.count(b"HTTP/1.1 200 OK\r\n") == 3


def test_an_honest_caller_reads_all_answers_of_a_pipeline_that_was_too_long(server: tuple[int, int]) -> None:
    _, port = server
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(BURST % b"/healthz" * 200)

        answer = b"".join(iter(lambda: connection.recv(65_536), b""))

    assert answer.count(b"HTTP/1.1 200 OK\r\n") == 17
