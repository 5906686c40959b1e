"""Requests in a pipeline, sent as fast as the server takes them, without a key."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from functools import partial

from attacks.attack import Attack, Target, Verdict
from attacks.connections import connected

CONNECTIONS = 20
BURST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 2_000
MOST_GROWTH_MIB = 100.0


def attack(target: Target, *, reading: bool) -> Verdict:
    deadline = time.monotonic() + target.seconds
    threads = [threading.Thread(target=_send, args=(target, deadline, reading)) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Verdict(target.memory.grown < MOST_GROWTH_MIB, f"{target.memory.figure}, {CONNECTIONS} connections")


def _send(target: Target, deadline: float, reading: bool) -> None:
    while time.monotonic() < deadline and not target.memory.exceeded:
        with suppress(OSError), connected(target.site, timeout=1.0) as connection:
            while time.monotonic() < deadline:
                _send_burst(connection, reading)


def _send_burst(connection: socket.socket, reading: bool) -> None:
    """Send what the server takes within the time-out of the connection; read what has arrived."""
    with suppress(TimeoutError):
        if not connection.send(BURST):
            raise ConnectionResetError
    if reading and not connection.recv(1_000_000):
        raise ConnectionResetError


ATTACKS = (
    Attack("pipelining", "requests in a pipeline, answers not read", partial(attack, reading=False)),
    Attack("pipelining-read", "requests in a pipeline, answers read", partial(attack, reading=True)),
)
