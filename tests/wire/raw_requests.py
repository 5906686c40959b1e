"""Requests as bytes, which no client would send."""

from __future__ import annotations

import re
import socket


def raw(address: str, request: bytes) -> bytes:
    """The answer, head and body, to bytes that no client would send."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection, connection.makefile("rb") as answer:
        connection.sendall(request)
        head = b"".join(iter(answer.readline, b"\r\n"))
        length = re.search(rb"content-length: (\d+)", head)
        return head + b"\r\n" + answer.read(int(length[1]) if length else 0)
