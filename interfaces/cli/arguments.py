"""Arguments that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path

from domain.instants import parse_instant


def instant(text: str) -> int:
    """Unix seconds from Unix seconds or ISO 8601."""
    try:
        return parse_instant(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number, 0 or more.")
    return int(text)


def add_data(command: argparse.ArgumentParser) -> None:
    """Let the data folder be named; an action takes it as well as its command does."""
    command.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="data folder (REPORTRUN_DATA; default ./reportrun-data)",
    )


def add_mode(command: argparse.ArgumentParser) -> None:
    command.add_argument("--mode", choices=("test", "live"), default="test", help="test (default) or live")
