"""Pages of the list of runs: with many runs, compared with a thousand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.client import RUNS, Client
from benchmarks.figure import Effort, Figure, ratio
from benchmarks.history import APART, FIRST, write_past
from benchmarks.load import ask
from benchmarks.servers import Server, Site
from interfaces.settings import Settings

FEW = 1_000
WANTED = "1.20 or less"


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    small, large = Site(folder / "few"), Site(folder / "many")
    few = write_past(Settings(data=small.data), FEW)
    many = write_past(Settings(data=large.data), effort.runs)
    large.command("rebuild")
    with small.serving() as one, large.serving() as other:
        pages = zip(_pages(one, few.key, FEW), _pages(other, many.key, effort.runs), strict=True)
        for (name, near), (_, far) in pages:
            ours, theirs = [], []
            for _ in range(effort.rounds):
                theirs.append(_milliseconds(one, near, few.key, effort))
                ours.append(_milliseconds(other, far, many.key, effort))
            how = f"time at {effort.runs:,} runs over time at {FEW:,}; {median(ours):.2f} ms"
            yield ratio(f"list, {name}", ours, theirs, WANTED, how)
    log = sum(file.stat().st_size for file in large.data.glob("events.db*"))
    views = sum(file.stat().st_size for file in large.data.glob("views.db*"))
    yield Figure("a run's events", many.bytes_a_run, "bytes", note="three events, with ids and topics")
    yield Figure("a run in the log's file", log / effort.runs, "bytes", note="SQLite, with its index")
    yield Figure(
        "a run in the views' file", views / effort.runs, "bytes", note="SQLite, with its indexes, and its file's row"
    )


def _pages(server: Server, key: str, runs: int) -> list[tuple[str, str]]:
    """Name and address of each page: the first, one in the middle, and both of those filtered by time."""
    middle = int((FIRST + runs // 2 * APART).timestamp())
    client = Client(server.address, key)
    half = f"created[lt]={middle}"
    inside = client.get(f"{RUNS}?limit=100&{half}")["data"][-1]["id"]
    client.close()
    return [
        ("first page", f"{RUNS}?limit=10"),
        ("a page deep inside", f"{RUNS}?limit=10&starting_after={inside}"),
        ("first page of a time", f"{RUNS}?limit=10&{half}"),
        ("a page deep inside a time", f"{RUNS}?limit=10&{half}&starting_after={inside}"),
    ]


def _milliseconds(server: Server, page: str, key: str, effort: Effort) -> float:
    """The duration of a request on one connection."""
    answered = ask(f"{server.address}{page}", max(1, effort.seconds // 3), key, connections=1)
    return 1000 / answered.a_second
