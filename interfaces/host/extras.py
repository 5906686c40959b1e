"""The parts of this program that are installed where they are asked for."""

from __future__ import annotations


def how_to_install(extra: str) -> str:
    """The sentence that says how an extra is installed. It names no package index: this project is in none."""
    return f"Install it from a clone of Reportrun: pip install -c constraints.txt '.[{extra}]'."
