"""Greetings of child processes: they hold the version of the program, which an upgrade in place changes."""

from __future__ import annotations

from importlib.metadata import version

PROGRAM_VERSION = version("reportrun")
"""Of the files that this process was started from."""


def with_version(greeting: object) -> tuple[str, object]:
    """The first message of a child process, which its parent compares with its own."""
    return PROGRAM_VERSION, greeting
