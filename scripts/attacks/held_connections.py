"""Connections that are held open with nothing, with half a head, or with half a body."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress

from attacks.attack import Attack, Target, Verdict
from attacks.connections import RUNS, connected, count_closed, head

CONNECTIONS = 300
TIMEOUTS = {f"{what}_TIMEOUT_SECONDS": "2" for what in ("IDLE", "HEAD", "BODY", "SEND")}
GRACE_SECONDS = 6.0
"""How long connections may stay open under time-outs of 2 s."""


def idle(target: Target) -> Verdict:
    return _held(target, lambda connection: None)


def slow_heads(target: Target) -> Verdict:
    def begin(connection: socket.socket) -> None:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")

    return _held(target, begin, b"a")


def half_bodies(target: Target) -> Verdict:
    lines = head(
        f"POST {RUNS} HTTP/1.1", "Host: x", f"Authorization: Bearer {target.site.key}",
        "Content-Type: application/x-www-form-urlencoded", "Content-Length: 1000",
    )  # fmt: skip
    return _held(target, lambda connection: connection.sendall(lines + b"report_type="), b"a")


def _held(target: Target, begin: Callable[[socket.socket], None], drip: bytes = b"") -> Verdict:
    """Open connections, begin a request on each, go on with it byte by byte, and count those that the server closes."""
    with ExitStack() as stack:
        connections = [stack.enter_context(connected(target.site)) for _ in range(CONNECTIONS)]
        for connection in connections:
            begin(connection)
        deadline = time.monotonic() + GRACE_SECONDS
        while drip and time.monotonic() < deadline - 1:
            for connection in connections:
                with suppress(OSError):
                    connection.send(drip)
            time.sleep(0.5)
        closed = count_closed(connections, max(0.1, deadline - time.monotonic()))
    figures = f"{closed} of {CONNECTIONS} closed within {GRACE_SECONDS:g} s of time-outs of 2 s, {target.memory.figure}"
    return Verdict(closed == CONNECTIONS, figures)


ATTACKS = (
    Attack("idle", "connections that send nothing", idle, TIMEOUTS),
    Attack("slow-heads", "heads sent byte by byte, without an end", slow_heads, TIMEOUTS),
    Attack("half-bodies", "bodies sent byte by byte, without an end", half_bodies, TIMEOUTS),
)
