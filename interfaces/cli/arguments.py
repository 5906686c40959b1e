"""Arguments that several commands share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from domain.instants import parse_instant
from domain.plain_text import MAX_SHOWN, is_plain
from domain.webhooks.event_types import ANY, EVENT_TYPES

if TYPE_CHECKING:
    from application.history.moments import Moment


def instant(text: str) -> int:
    """Unix seconds from Unix seconds or ISO 8601."""
    try:
        return parse_instant(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def moment(text: str) -> Moment:
    """A version of a run, or an instant."""
    from application.history.moments import Moment

    try:
        return Moment.parse(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def time_text(text: str) -> str:
    """The text of a time, checked: which instant it is depends on a time zone that another flag may name."""
    instant(text)
    return text


def count(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers from `least` to `most`."""

    def read(text: str) -> int:
        digits = text.isascii() and text.isdigit() and len(text) < 10
        if not (digits and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"{text[:80]!r} is not a whole number from {least} to {most}.")
        return int(text)

    return read


def filled(text: str) -> str:
    """A text that is not empty, as the unset variable of a script would be."""
    if not text.strip():
        raise argparse.ArgumentTypeError("An empty text is no value. Give one, or leave it out.")
    return text


def path(text: str) -> Path:
    return Path(filled(text))


def text_or_file(text: str) -> str:
    """A text, or what is in the file that it names."""
    try:
        is_file = Path(text).is_file()
    except OSError:  # too long for the name of a file
        is_file = False
    return filled(Path(text).read_text(encoding="utf-8", errors="backslashreplace").strip() if is_file else text)


def plain(text: str) -> str:
    """A text that can be stored and shown: UTF-8, on one line."""
    if not is_plain(text):
        raise argparse.ArgumentTypeError(
            f"{text[:MAX_SHOWN]!a} has control characters, or is not UTF-8. Give plain text."
        )
    return text


def id_text(text: str) -> str:
    return plain(filled(text))


def add_action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, summary: str, example: str
) -> argparse.ArgumentParser:
    """Add an action of a command, with a help of its own.

    example  the words after `reportrun`
    """
    description = f"{summary[0].upper()}{summary[1:]}."
    return actions.add_parser(name, help=summary, description=description, epilog=f"Example: reportrun {example}")


def add_data(command: argparse.ArgumentParser) -> None:
    """Add `--data`, to a command and to each of its actions."""
    command.add_argument(
        "--data",
        type=path,
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="data folder (REPORTRUN_DATA; default ./reportrun-data)",
    )


def add_mode(command: argparse.ArgumentParser) -> None:
    command.add_argument("--mode", choices=("test", "live"), default="test", help="test (default) or live")


def add_events(command: argparse.ArgumentParser) -> None:
    """The types of public events that are wanted."""
    command.add_argument(
        "--events",
        nargs="+",
        choices=(ANY, *EVENT_TYPES),
        default=[ANY],
        metavar="TYPE",
        help=f"{', '.join(EVENT_TYPES)}, or '*' (default): all but reporting.report_type.updated",
    )
