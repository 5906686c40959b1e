"""Ports on loopback for servers that must be told theirs."""

from __future__ import annotations

import random
import socket
from pathlib import Path

FIRST_PORT = 10_000

EPHEMERAL_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")

FIRST_EPHEMERAL_PORT = 32_768
"""Of Linux, where it does not say."""

TRIES = 100


def free_port() -> int:
    """A port that is free now, and stays so but for programs that ask for this very one.

    It lies below those that the kernel gives to outgoing connections and to servers without a port of their own: a
    server that is started later, or again, finds it free.
    """
    chance = random.SystemRandom()
    below = _first_ephemeral_port()
    for _ in range(TRIES):
        port = chance.randrange(FIRST_PORT, below) if below > FIRST_PORT else 0
        try:
            with socket.create_server(("127.0.0.1", port)) as probe:
                return int(probe.getsockname()[1])
        except OSError:  # it is in use
            continue
    raise AssertionError(f"none of {TRIES} ports between {FIRST_PORT} and {below} is free")


def _first_ephemeral_port() -> int:
    try:
        return int(EPHEMERAL_RANGE.read_text().split()[0])
    except OSError:
        return FIRST_EPHEMERAL_PORT
