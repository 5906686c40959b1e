"""Runs the measurements and prints a table: `bash scripts/bench`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks import (
    console,
    contention,
    creates,
    deliveries,
    engines,
    growth,
    lists,
    memory,
    reads,
    rebuilds,
    reports,
    request_lines,
    sealing,
    server_results,
    small_reports,
    starts,
    workers,
)
from benchmarks.figure import Effort, Figure, table
from benchmarks.growth import more_servers, queue

SUBJECTS = {
    "reads": reads.measure,
    "creates": creates.measure,
    "deliveries": deliveries.measure,
    "sealing": sealing.measure,
    "lines": request_lines.measure,
    "lists": lists.measure,
    "console": console.measure,
    "rebuild": rebuilds.measure,
    "workers": workers.measure,
    "starts": starts.measure,
    "memory": memory.measure,
    "small": small_reports.measure,
    "reports": reports.measure,
    "beside": contention.measure,
    "growth": growth.measure,
}

SERVER_SUBJECTS = {"engines": engines.measure, "parts": server_results.measure}
"""Measured when they are named: they need the extras `spark` and `sail`, and a Spark server."""

PARTS = {"queue": queue.measure, "servers": more_servers.measure}
"""Curves of `growth` that can be named; the queue is measured with `--quick`, too."""

QUICK_SUBJECTS = ("reads", "creates", "rebuild", "starts", "small", "queue")
"""What CI looks at: what users wait for most, and the queue with 1,000 and 100,000 pending runs."""


def main() -> int:
    options = _options()
    if shutil.which("wrk") is None:
        print("The bench needs wrk, which is in Debian's packages: apt-get install wrk", file=sys.stderr)
        return 2
    effort = Effort.quick() if options.quick else Effort.full()
    before = {figure.name: figure for figure in _read_figures(options.against)} if options.against else {}
    figures: list[Figure] = []
    print(
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {effort.name}", flush=True
    )
    for name in options.only or (QUICK_SUBJECTS if options.quick else SUBJECTS):
        measure = {**SUBJECTS, **SERVER_SUBJECTS, **PARTS}[name]
        with tempfile.TemporaryDirectory(prefix="reportrun-bench-") as folder:
            Path(folder).chmod(0o755)  # PostgreSQL runs as a user of its own
            for figure in measure(Path(folder), effort):
                figures.append(figure)
                print(f"  {figure.line}", flush=True)
    print("\n".join(["", *table(figures, before)]))
    if options.keep:
        options.keep.write_text(json.dumps([figure.plain for figure in figures], indent=2) + "\n")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Measure performance, as ratios to a bare server."
    )
    parser.add_argument(
        "--quick", action="store_true", help=f"small and short, two minutes: {', '.join(QUICK_SUBJECTS)}, or --only"
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=[*SUBJECTS, *SERVER_SUBJECTS, *PARTS],
        help="one subject; may be given again",
    )
    parser.add_argument("--keep", type=Path, metavar="FILE", help="write the figures to a file")
    parser.add_argument("--against", type=Path, metavar="FILE", help="compare with the figures of a file")
    return parser.parse_args()


def _read_figures(file: Path) -> list[Figure]:
    return [Figure(**plain) for plain in json.loads(file.read_text())]


if __name__ == "__main__":
    sys.exit(main())
