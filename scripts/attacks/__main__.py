"""Carries out the attacks, each on a site of its own, and prints a table: `bash scripts/attack`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

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
from attacks.execution import carry_out

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
            verdict = carry_out(ATTACKS[name], Path(folder), options.seconds)
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


if __name__ == "__main__":
    sys.exit(main())
