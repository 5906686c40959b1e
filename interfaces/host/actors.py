"""Actors of this machine, as events record them."""

from __future__ import annotations

import getpass
import os
import socket


def person() -> str:
    """The user of the command line: `cli:alice`."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # a user id without a name
        return f"cli:{os.getuid()}"


def this_process(kind: str) -> str:
    """The process that computes: `worker:host:4711`."""
    return f"{kind}:{socket.gethostname()}:{os.getpid()}"
