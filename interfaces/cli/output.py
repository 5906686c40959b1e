"""What commands print: results on stdout, remarks on stderr, progress on a terminal."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

NOT_WRITTEN = "The output cannot be written"


def result(text: str) -> None:
    """Print a part of the result. Raises an `OSError` that says so where that cannot be written."""
    try:
        print(text, flush=True)  # noqa: T201
    except BrokenPipeError:
        raise
    except OSError as trouble:
        raise OSError(trouble.errno, f"{NOT_WRITTEN}: {trouble.strerror}") from trouble


def remark(text: str) -> None:
    """Print something other than a result. A closed stderr does not stop the work."""
    with suppress(OSError):
        print(_FORM.line(text), file=sys.stderr, flush=True)  # noqa: T201


class _Form:
    """How a remark is written: as it is, or as a line of the log."""

    def __init__(self) -> None:
        self.line: Callable[[str], str] = str


_FORM = _Form()


def write_remarks_as_json() -> None:
    """Write remarks as lines of the log in JSON from now on, for a process that logs so."""
    from interfaces.host.log_format import LineFormatter

    formatter = LineFormatter("json")

    def line(text: str) -> str:
        level = logging.ERROR if text.startswith("reportrun: ") else logging.INFO
        return formatter.format(logging.LogRecord("reportrun", level, "", 0, text, None, None))

    _FORM.line = line


class Remarks(logging.Handler):
    """Prints what a logger says as remarks, for commands that write no log."""

    def emit(self, record: logging.LogRecord) -> None:
        remark(record.getMessage())


@contextmanager
def remarks_of(logger: str) -> Iterator[None]:
    """Print the warnings of a logger meanwhile."""
    handler = Remarks(logging.WARNING)
    logging.getLogger(logger).addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger(logger).removeHandler(handler)


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns side by side, headings above."""
    cells = [[str(cell) for cell in row] for row in (headings, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
    for row in cells:
        result("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def reopen_closed_streams() -> None:
    """Send what is printed to the null device where the parent process closed a stream."""
    sys.stdout = sys.stdout or _null_device()
    sys.stderr = sys.stderr or _null_device()


def flush_streams(code: int) -> int:
    """Flush stdout and stderr; gives the exit code, which is 1 when one of them cannot be written."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as trouble:
            if code == 0 and not isinstance(trouble, BrokenPipeError):
                remark(f"reportrun: {NOT_WRITTEN}: {trouble.strerror}.")
            with _null_device() as null:  # the interpreter flushes once more at its end, and would complain
                os.dup2(null.fileno(), stream.fileno())
            code = code or 1
    return code


@contextmanager
def libraries_silenced() -> Iterator[None]:
    """Send what is written to descriptor 2 to the null device; `sys.stderr` goes on to where it went.

    A panic of a library in Rust is written there before it becomes an exception.
    """
    before = sys.stderr
    try:
        terminal = os.dup(before.fileno())
    except (OSError, ValueError):  # a stream without a descriptor, or a closed one
        yield
        return
    descriptor = before.fileno()
    stream = os.fdopen(terminal, "w", buffering=1, encoding=before.encoding, errors=before.errors)
    with _null_device() as null:
        os.dup2(null.fileno(), descriptor)
    sys.stderr = stream
    try:
        yield
    finally:
        sys.stderr = before
        os.dup2(stream.fileno(), descriptor)
        with suppress(OSError):
            stream.close()


def _null_device() -> TextIO:
    return Path(os.devnull).open("w")


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[str, float], None]]:
    """A bar on stderr; gives its callback, which takes a description and the part that is done, 0.0 to 1.0."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    console = Console(file=sys.stderr)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda words, part: bar.update(task, description=words, completed=part)
