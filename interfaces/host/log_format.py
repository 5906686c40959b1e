"""The lines of the log, as text or as JSON: time, level, what it is about, and the message."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson

from interfaces.host.escaping import escaped

FORMATS = ("text", "json")

Line = Mapping[str, Any]
"""A line of the log: `time`, `level`, `logger`, `message`, then what it is about. Keys without a value are left out."""

NOT_SHOWN = frozenset(("time", "level", "logger", "message", "traceback", "method", "route", "status"))
"""Keys that a line of text does not show as `key=value`: they have a place of their own, or are in the message."""


def json_line(line: Line) -> bytes:
    try:
        return orjson.dumps(line, default=str, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # the name of a file that is not UTF-8
        readable = {name: str(value).encode(errors="backslashreplace").decode() for name, value in line.items()}
        return orjson.dumps(readable, option=orjson.OPT_APPEND_NEWLINE)


def text_line(line: Line) -> bytes:
    """`2026-01-02T12:00:00.123Z INFO reportrun.worker: message run_id=frr_...`, and a traceback below."""
    about = "".join([f" {name}={value}" for name, value in line.items() if name not in NOT_SHOWN])
    head = one_line(f"{line['time']} {line['level'].upper()} {line['logger']}: {line['message']}{about}")
    trace = line.get("traceback")
    return head + f"{trace}\n".encode(errors="backslashreplace") if trace else head


def one_line(text: str) -> bytes:
    """A text with its end of line, in which nothing else acts on a terminal."""
    return (f"{text}\n" if text.isprintable() else f"{escaped(text)}\n").encode(errors="backslashreplace")


WRITERS: Mapping[str, Callable[[Line], bytes]] = {"text": text_line, "json": json_line}
"""What writes a line, by format."""


def time_text(unix_seconds: float) -> str:
    """ISO 8601 with milliseconds, in UTC: `2026-01-02T12:00:00.123Z`."""
    return _millisecond_text(int(unix_seconds * 1000))


@lru_cache(maxsize=16)
def _millisecond_text(unix_milliseconds: int) -> str:
    """Cached: a busy server logs several lines in a millisecond."""
    second, millisecond = divmod(unix_milliseconds, 1000)
    return f"{_second_text(second)}.{millisecond:03}Z"


@lru_cache(maxsize=4)
def _second_text(unix_second: int) -> str:
    return datetime.fromtimestamp(unix_second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


class LineFormatter(logging.Formatter):
    """Formats records of `logging`; `extra={"about": {...}}` says what one is about."""

    def __init__(self, format: str) -> None:
        super().__init__()
        self._write = WRITERS[format]

    def format(self, record: logging.LogRecord) -> str:
        about = {name: value for name, value in getattr(record, "about", {}).items() if value is not None}
        line = {
            "time": time_text(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **about,
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["traceback"] = self.formatException(record.exc_info)
        return self._write(line).decode().rstrip("\n")


def set_up_logging(level: str, format: str) -> None:
    """Log to standard error from now on. level: debug, info, warning or error; format: one of `FORMATS`"""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter(format))
    logging.basicConfig(level=level.upper(), handlers=[handler])
