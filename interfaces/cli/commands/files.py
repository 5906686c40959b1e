"""`files`: the result files."""

from __future__ import annotations

import argparse
import asyncio

from domain.counting import counted
from interfaces.cli.arguments import add_action, add_data
from interfaces.cli.output import result
from interfaces.settings import Settings


def add_files(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    sweep = add_action(
        actions, "sweep", "remove the bytes of files that have expired; their records stay", "files sweep"
    )
    sweep.add_argument("--trust-clock", action="store_true", help="sweep although the newest event is over 31 days old")
    for action in actions.choices.values():
        add_data(action)


def files(settings: Settings, options: argparse.Namespace) -> int:
    """Sweep the result files: remove the bytes of those that have expired.

    A file expires a year after it was made. What is known of it stays, and the report can be run again. Nothing is
    swept when the newest event is over 31 days old, since the clock may have run ahead, unless the clock is trusted.

    Example: reportrun files sweep
    """
    from application.runs.clock_check import must_trust_clock
    from interfaces.composition.commands import file_sweep
    from interfaces.composition.installation import Installation

    with Installation(settings) as installation:
        if not options.trust_clock:
            must_trust_clock(installation.stores.events, installation.clock)
        installation.stores.projector.catch_up()
        swept = asyncio.run(file_sweep(installation).sweep())
    result(f"{counted(swept, 'expired file was', 'expired files were')} removed.")
    return 0
