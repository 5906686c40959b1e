"""Start-up time of commands."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.figure import Effort, Figure
from benchmarks.servers import REPORTRUN, Site


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    site = Site(folder / "data").with_demo()
    helps = [_help(site) for _ in range(effort.rounds + 2)]
    yield Figure("reportrun --help", median(helps), "s", "0.3 or less")
    ready = [_ready(site) for _ in range(effort.rounds + 2)]
    yield Figure("serve, ready to answer", median(ready), "s", "1.0 or less")


def _help(site: Site) -> float:
    start = time.perf_counter()
    subprocess.run([REPORTRUN, "--help"], check=True, stdout=subprocess.DEVNULL, env=site.environment)
    return time.perf_counter() - start


def _ready(site: Site) -> float:
    start = time.perf_counter()
    with site.serving(workers=1):
        return time.perf_counter() - start
