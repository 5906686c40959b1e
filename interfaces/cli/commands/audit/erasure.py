"""`audit erase`: blanks what a law makes one erase in the stored events of a run."""

from __future__ import annotations

import argparse

from domain.runs.erasure import ERASABLE
from interfaces.cli.arguments import add_action, id_text, plain
from interfaces.cli.output import result
from interfaces.settings import Settings


def add(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = add_action(
        actions,
        "erase",
        "blank fields in the stored events of a finished run, for good, and record who did so and why",
        'audit erase frr_0123456789abcdefABCDEFGH --field parameters.customer --reason "Request 17 of the customer"',
    )
    command.add_argument("id", type=id_text, metavar="RUN_ID", help="frr_...")
    command.add_argument(
        "--field",
        nargs="+",
        required=True,
        type=id_text,
        metavar="FIELD",
        help=f"what to blank: {', '.join(ERASABLE)}; `actor` blanks the names of people",
    )
    command.add_argument("--reason", required=True, type=plain, metavar="TEXT", help="why, as it is recorded")
    command.set_defaults(carry_out=_erase)


def _erase(settings: Settings, options: argparse.Namespace) -> int:
    from interfaces.composition.audit.erasures import erasing
    from interfaces.composition.installation import Installation

    with Installation(settings) as installation:
        erased = erasing(installation).erase(options.id, options.field, options.reason.strip())
    for event in erased:
        result(f"Erased in event {event.version} ({event.topic}): {', '.join(event.fields)}")
    return 0
