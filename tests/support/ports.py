"""Ports on loopback for servers that must be told theirs."""

from __future__ import annotations

import socket


def free_port() -> int:
    """A port that is free now. Let a server choose its own where it can: another program may take this one."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
