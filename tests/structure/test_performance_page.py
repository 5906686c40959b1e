"""The page of performance names every subject, and what is worked out from its figures agrees with them."""

from __future__ import annotations

import re

from benchmarks.__main__ import PARTS, QUICK_SUBJECTS, SERVER_SUBJECTS, SUBJECTS
from benchmarks.figure import Effort
from benchmarks.growth import queue

from tests.support.markdown import ROOT

PAGE = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
SIZING = (ROOT / "docs" / "operate" / "sizing.md").read_text(encoding="utf-8")

EVENTS_OF_A_RUN = 3
MANY_RUNS = 1_000_000_000
TERABYTE = 1_000**4


def measured(name: str) -> float:
    """The figure of one row of a table."""
    (cell,) = re.findall(rf"^\| {re.escape(name)} \| ([\d,.]+)", PAGE, re.MULTILINE)
    return float(cell.replace(",", ""))


def test_each_subject_of_the_bench_is_described() -> None:
    section = PAGE.partition("## Subjects\n")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| (`[\w`, ]+`) \|", section, re.MULTILINE)

    assert sorted(re.findall(r"`(\w+)`", " ".join(cells))) == sorted([*SUBJECTS, *SERVER_SUBJECTS, *PARTS])


def test_the_subjects_of_the_quick_bench_are_named() -> None:
    (row,) = re.findall(r"^\| `--quick` \| a small version of (.*), two minutes;", PAGE, re.MULTILINE)

    assert re.findall(r"`(\w+)`", row) == [*QUICK_SUBJECTS]


def test_the_quick_bench_takes_runs_from_a_short_queue_and_from_a_long_one() -> None:
    assert "queue" in QUICK_SUBJECTS
    assert (queue.FEW, queue.sizes_of(Effort.quick())) == (1_000, [100_000])


def test_the_time_of_a_replay_follows_from_the_events_a_second() -> None:
    hours = EVENTS_OF_A_RUN * MANY_RUNS / measured("rebuild") / 3600

    assert f"takes {hours:.0f} hours on one core" in " ".join(PAGE.split())


def test_the_disk_of_many_runs_follows_from_the_bytes_of_one() -> None:
    events, views = (MANY_RUNS * measured(f"a run in the {part} file") / TERABYTE for part in ("log's", "views'"))

    assert f"take {events:.1f} TB of events and {views:.1f} TB of views" in PAGE


def test_the_disk_of_one_run_is_that_of_the_log_and_the_views() -> None:
    kib = (measured("a run in the log's file") + measured("a run in the views' file")) / 1024

    assert f"| about {kib:.1f} KiB for each run;" in SIZING
