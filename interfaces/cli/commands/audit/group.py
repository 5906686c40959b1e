"""`audit`: its actions."""

from __future__ import annotations

import argparse

from interfaces.cli.arguments import add_data
from interfaces.cli.commands.audit import actor, erasure, log_verification, run_export, verifier_key
from interfaces.settings import Settings

ACTIONS = (run_export, log_verification, verifier_key, actor, erasure)
"""The modules of the actions, in the order of the help. `add` of each sets `carry_out`."""


def add_audit(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    for action in ACTIONS:
        action.add(actions)
    for parser in actions.choices.values():
        add_data(parser)


def audit(settings: Settings, options: argparse.Namespace) -> int:
    """Prove what is in the log, and check that nobody has changed it.

    Example: reportrun audit verify
    """
    return int(options.carry_out(settings, options))
