"""`audit key`: the key that checks checkpoints."""

from __future__ import annotations

import argparse

from interfaces.cli.arguments import add_action
from interfaces.cli.output import result
from interfaces.settings import Settings


def add(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = add_action(
        actions, "key", "print the verifier key, which checks the signatures of checkpoints", "audit key"
    )
    command.set_defaults(carry_out=_print_key)


def _print_key(settings: Settings, options: argparse.Namespace) -> int:
    from application.audit.origins import verifier_key
    from interfaces.composition.audit.sealing import seal_state
    from interfaces.composition.installation import Installation

    with Installation(settings, only_reads=True) as installation:
        result(str(verifier_key(seal_state(installation))))
    return 0
