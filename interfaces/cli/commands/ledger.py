"""`ledger`: the ledger as it lies on disk."""

from __future__ import annotations

import argparse

from interfaces.cli.arguments import add_action, add_data
from interfaces.cli.output import result
from interfaces.settings import Settings


def add_ledger(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    add_action(
        actions, "repair", "bring tables that cannot be read back to their last version that can", "ledger repair"
    )
    for action in actions.choices.values():
        add_data(action)


def ledger(settings: Settings, options: argparse.Namespace) -> int:
    """Repair the ledger: bring tables that cannot be read back to their last version that can.

    The rows of later loads are missing until their files are loaded again; `reportrun doctor` names them.

    Example: reportrun ledger repair
    """
    from interfaces.composition.commands import ledger_repair
    from interfaces.composition.installation import Installation

    with Installation(settings) as installation:
        for mode in ("test", "live"):
            tables = ledger_repair(installation).repair(livemode=mode == "live")
            done = f"went back with {', '.join(tables)}" if tables else "is whole"
            result(f"The {mode} ledger {done}.")
    return 0
