"""`audit export`: the folder that proves one run."""

from __future__ import annotations

import argparse

from domain.counting import counted
from interfaces.cli.arguments import add_action, id_text, path
from interfaces.cli.output import result
from interfaces.settings import Settings


def add(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = add_action(
        actions,
        "export",
        "write a folder that proves what was recorded of one run, to be checked without this program",
        "audit export frr_0123456789abcdefABCDEFGH --out ./proof",
    )
    command.add_argument("id", type=id_text, metavar="RUN_ID", help="frr_...")
    command.add_argument("--out", type=path, metavar="DIR", required=True, help="a folder that is new or empty")
    command.set_defaults(carry_out=_export)


def _export(settings: Settings, options: argparse.Namespace) -> int:
    from interfaces.composition.audit.audit_checks import run_proofs, write_export
    from interfaces.composition.audit.sealing import sealed_now
    from interfaces.composition.installation import Installation

    with Installation(settings, only_reads=True) as installation:
        if not installation.reads_a_copy:
            sealed_now(installation)
        proof = run_proofs(installation).of(options.id)
    write_export(options.out, proof, settings.timestamp_ca)
    result(
        f"{options.out} proves {counted(len(proof.events), 'event')} of {options.id}. Its README.md says how to "
        "check them."
    )
    return 0
