"""The upkeep of a ledger's files: `ledger compact` and `ledger vacuum`."""

from __future__ import annotations

import argparse

from interfaces.cli.output import progress_bar, remark, result
from interfaces.settings import Settings


def compact_ledger(settings: Settings, options: argparse.Namespace) -> int:
    from interfaces.composition.commands import ledger_compaction
    from interfaces.composition.installation import Installation

    with Installation(settings) as installation, progress_bar("compacting") as progress:
        done = ledger_compaction(installation).compact(options.mode == "live", progress)
    for table in done.unreadable:
        remark(f"{table} cannot be read, and is left as it is. `reportrun doctor --deep` says what to do.")
    if not done.changed:
        result(f"The {options.mode} ledger has no small files to merge: it is unchanged at version {done.version}.")
        return 0
    result(
        f"The {options.mode} ledger is now at version {done.version}, with the same rows in {done.files_after:,} files "
        f"instead of {done.files_before:,}. Versions before it stay readable."
    )
    return 0
