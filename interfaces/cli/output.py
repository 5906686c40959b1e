"""What commands print: results on stdout, remarks on stderr, progress on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager


def result(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def remark(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns side by side, headings above."""
    cells = [[str(cell) for cell in row] for row in (headings, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
    for row in cells:
        result("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


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
