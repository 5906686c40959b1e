"""The upkeep of a ledger's files: `ledger compact` and `ledger vacuum`."""

from __future__ import annotations

import argparse
import re

from application.ledger.vacuum import Keep, VacuumLedger
from domain.counting import counted
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
        f"The {options.mode} ledger is now at version {done.version}, with the same rows in "
        f"{counted(done.files_after, 'file')} instead of {done.files_before:,}. Versions before it stay readable."
    )
    return 0


def add_vacuum(action: argparse.ArgumentParser) -> None:
    action.add_argument(
        "--keep", type=_keep, required=True, metavar="N | DAYSd", help="the newest N versions, or those of some days"
    )
    action.add_argument(
        "--including-pinned",
        action="store_true",
        help="also remove versions that finished runs have read: --as-of-run cannot make their files again",
    )


def vacuum_ledger(settings: Settings, options: argparse.Namespace) -> int:
    from interfaces.composition.commands import ledger_vacuum
    from interfaces.composition.installation import Installation

    command = VacuumLedger(options.mode == "live", options.keep, options.including_pinned)
    with Installation(settings) as installation, progress_bar("vacuuming") as progress:
        done = ledger_vacuum(installation).vacuum(command, progress)
    for table in done.removed.unreadable:
        remark(f"{table} cannot be read, and is left as it is. `reportrun doctor --deep` says what to do.")
    if done.in_work:
        remark(f"Versions from {done.kept_from} on are kept, because runs in work read version {done.in_work[0]}.")
    if not done.version:
        result(f"The {options.mode} ledger is empty.")
        return 0
    result(
        f"The {options.mode} ledger is at version {done.version}, and its versions from {done.kept_from} on are kept. "
        f"{counted(done.removed.files, 'file was', 'files were')} removed, {done.removed.size / 1_000_000:,.1f} MB."
    )
    return 0


def _keep(text: str) -> Keep:
    found = re.fullmatch(r"([1-9][0-9]{0,6})(d?)", text, re.ASCII)
    if found is None:
        raise argparse.ArgumentTypeError(
            f"{text[:80]!r} is neither a number of versions, such as 100, nor of days, such as 90d."
        )
    number = int(found[1])
    return Keep(days=number) if found[2] else Keep(versions=number)
