"""What commands print: results on stdout, remarks on stderr, progress on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO


def result(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def remark(text: str) -> None:
    """Something beside the results; where nobody reads it, the work goes on all the same."""
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)  # noqa: T201


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns side by side, headings above."""
    cells = [[str(cell) for cell in row] for row in (headings, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
    for row in cells:
        result("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def open_what_is_closed() -> None:
    """Have what is printed go nowhere where whoever started this process closed a stream."""
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()


def everything_is_out(code: int) -> int:
    """Have all that was printed go out; gives the exit code, which is 1 when it cannot."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as trouble:
            if code == 0 and not isinstance(trouble, BrokenPipeError):
                remark(f"reportrun: The output cannot be written: {trouble.strerror}.")
            with _nowhere() as nowhere:  # the interpreter tries once more at its end, and would complain
                os.dup2(nowhere.fileno(), stream.fileno())
            code = code or 1
    return code


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w")


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[str, float], None]]:
    """A bar on stderr that shows how much is done; gives what to call with words and a part from 0.0 to 1.0."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    console = Console(file=sys.stderr)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda words, part: bar.update(task, description=words, completed=part)
