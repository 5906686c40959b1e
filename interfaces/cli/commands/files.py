"""`files`: the result files."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from domain.counting import counted
from domain.instants import utc_text
from interfaces.cli.arguments import add_action, add_data
from interfaces.cli.output import remark, result
from interfaces.settings import Settings

if TYPE_CHECKING:
    from application.files.unrecorded_files import Unrecorded
    from interfaces.composition.installation import Installation


def add_files(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    sweep = add_action(
        actions,
        "sweep",
        "remove the bytes of files that have expired; their records stay",
        "files sweep --dry-run",
    )
    sweep.add_argument("--trust-clock", action="store_true", help="sweep although the newest event is over 31 days old")
    sweep.add_argument(
        "--unrecorded",
        action="store_true",
        help="also remove files older than a day that are on no record; not where installations share the place",
    )
    sweep.add_argument("--dry-run", action="store_true", help="say what would be removed, and remove nothing")
    for action in actions.choices.values():
        add_data(action)


def files(settings: Settings, options: argparse.Namespace) -> int:
    """Sweep the result files: remove the bytes of those that have expired.

    A file expires a year after it was made. What is known of it stays, and the report can be run again. A file older
    than a day is on no record when the worker that stored it was killed before it could record it, and when it is of
    another installation or of a log before its restoration: such files are counted, and removed only when told.
    Nothing is swept when the newest event is over 31 days old, since the clock may have run ahead, unless the clock is
    trusted.

    Example: reportrun files sweep
    """
    from application.runs.clock_check import must_trust_clock
    from interfaces.composition.installation import Installation

    with Installation(settings) as installation:
        if not options.trust_clock:
            must_trust_clock(installation.stores.events, installation.clock)
        installation.stores.projector.catch_up()
        asyncio.run(_sweep(installation, unrecorded=options.unrecorded, only_says=options.dry_run))
    return 0


async def _sweep(installation: Installation, *, unrecorded: bool, only_says: bool) -> None:
    from interfaces.composition.commands import file_sweep, unrecorded_files

    expired, others = file_sweep(installation), unrecorded_files(installation)
    number = await (expired.expired() if only_says else expired.sweep())
    if only_says:
        result(f"{counted(number, 'expired file')} would be removed.")
    else:
        result(f"{counted(number, 'expired file was', 'expired files were')} removed.")
    found = await others.find()
    if not found.files:
        return
    if found.why_kept:
        remark(f"Files on no record stay: {found.why_kept}")
        return
    if only_says:
        _say_each(found)
    elif unrecorded:
        others.remove(found)
    if unrecorded:
        result(f"Files on no record that {'would be' if only_says else 'were'} removed: {len(found.files):,}.")
    else:
        remark(f"Files on no record: {len(found.files):,}. --dry-run names them, --unrecorded removes them.")


def _say_each(found: Unrecorded) -> None:
    for file in found.files:
        result(f"{file.file_id}, stored at {utc_text(int(file.kept_at))}, is on no record.")
