"""Carries out the attacks, each on a site of its own, and prints a table: `bash scripts/attack`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import httpx

from attacks import (
    broken_events,
    custom_reports,
    damaged_files,
    equal_rows,
    forms,
    heads,
    held_connections,
    pipelining,
    replaced_log,
    slow_readers,
)  # fmt: skip
from attacks.attack import Attack, Target, Verdict
from attacks.memory import MemoryWatch
from tests.faults.site import QUICK, site_in

MODULES = (
    pipelining, held_connections, slow_readers, heads, forms, damaged_files, equal_rows, custom_reports, replaced_log,
    broken_events,
)  # fmt: skip
ATTACKS = {attack.name: attack for module in MODULES for attack in module.ATTACKS}


def main() -> int:
    options = _options()
    print("| attack | tried | held | figures |\n|---|---|---|---|", flush=True)
    held = True
    for name in options.only or ATTACKS:
        with tempfile.TemporaryDirectory(prefix="reportrun-attack-") as folder:
            verdict = _carry_out(ATTACKS[name], Path(folder), options.seconds)
        held &= verdict.held
        print(
            f"| {name} | {ATTACKS[name].tried} | {'yes' if verdict.held else '**no**'} | {verdict.figures} |",
            flush=True,
        )
    return 0 if held else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/attack", description="Attack servers that are started for it.")
    parser.add_argument("--only", action="append", choices=ATTACKS, metavar="NAME", help=f"one of {', '.join(ATTACKS)}")
    parser.add_argument("--seconds", type=float, default=8, help="length of attacks that go on (default 8)")
    return parser.parse_args()


def _carry_out(attack: Attack, folder: Path, seconds: float) -> Verdict:
    """Attack a new site in the folder, whose memory has a ceiling."""
    temporary = folder / "temporary"
    temporary.mkdir()
    tempfile.tempdir = str(temporary)
    settings = {**QUICK, **attack.settings, **attack.prepare(folder)}
    try:
        with site_in(folder, settings=settings, environment={"TMPDIR": str(temporary)}) as site:
            site.start()
            memory = MemoryWatch(site.pids, lambda: site.kill("everything"))
            try:
                return attack.carry_out(Target(site, memory, seconds))
            except (AssertionError, OSError, httpx.HTTPError) as failure:
                return Verdict(False, f"{type(failure).__name__}: {str(failure)[:200]}, {memory.figure}")
            finally:
                memory.stop()
    finally:
        tempfile.tempdir = None


if __name__ == "__main__":
    sys.exit(main())
