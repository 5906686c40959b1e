"""Connections to a target, written to and read from byte by byte."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable

from tests.support.site import Site

RUNS = "/v1/reporting/report_runs"
FORM = "report_type=balance.summary.1&parameters[interval_start]=1735689600&parameters[interval_end]=1738368000"


def connected(site: Site, timeout: float = 10.0) -> socket.socket:
    return socket.create_connection(("127.0.0.1", site.port), timeout=timeout)


def head(*lines: str) -> bytes:
    """The request line and headers, with the empty line after them."""
    return "\r\n".join([*lines, "", ""]).encode()


def status_of(site: Site, request: bytes) -> int:
    """The status that the bytes of one request are answered with; 0 for a connection that is closed without one."""
    with connected(site) as connection:
        try:
            connection.sendall(request)
            answer = connection.recv(65_536)
        except OSError:
            return 0
    return int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/1.") else 0


def count_closed(connections: Iterable[socket.socket], seconds: float) -> int:
    """How many of the connections the server closes within the time, whether it answers before or not."""
    deadline = time.monotonic() + seconds
    return sum(_is_closed(connection, deadline) for connection in connections)


def _is_closed(connection: socket.socket, deadline: float) -> bool:
    try:
        while True:
            connection.settimeout(max(0.01, deadline - time.monotonic()))
            if not connection.recv(65_536):
                return True
    except TimeoutError:
        return False
    except OSError:
        return True
