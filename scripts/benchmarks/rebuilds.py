"""Rebuild throughput: replaying the log into new views."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.commands import timed
from benchmarks.figure import Effort, Figure
from benchmarks.history import write_past
from benchmarks.servers import REPORTRUN, Site
from interfaces.settings import Settings

PART = 10
"""A log with this part of the runs shows whether memory grows with the log."""


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    _, few_mib = _rebuild(Site(folder / "few"), effort.runs // PART)
    events_a_second, mib = _rebuild(Site(folder / "many"), effort.runs)
    how = f"{effort.runs:,} runs, into new views, which are swapped in"
    yield Figure("rebuild", events_a_second, "events/s", "60,000 or more", how)
    yield Figure("rebuild, memory", mib / few_mib, "x", "flat", f"{mib:.0f} MiB, over that of a {PART}th of the runs")


def _rebuild(site: Site, runs: int) -> tuple[float, float]:
    """Events a second of the whole command, and its most memory in MiB."""
    past = write_past(Settings(data=site.data), runs)
    seconds, mib, code = timed([REPORTRUN, "rebuild"], site.environment)
    if code:
        raise RuntimeError("rebuild failed")
    return past.events / seconds, mib
