"""`doctor`: what is set up, what is wrong, and how to mend it."""

from __future__ import annotations

import argparse

from interfaces.cli.output import progress_bar, result
from interfaces.settings import Settings


def add_doctor(command: argparse.ArgumentParser) -> None:
    depth = command.add_mutually_exclusive_group()
    depth.add_argument("--deep", action="store_true", help="read every event, ledger file and result file")
    depth.add_argument("--quick", action="store_true", help="a summary, which is what is made without --deep")


def doctor(settings: Settings, options: argparse.Namespace) -> int:
    """Look at the installation, and say what is set up, what is wrong and how to mend it.

    This is a summary, made in about two seconds however much is stored. With --deep everything that is stored is
    read, which takes some seconds for each million events, and a minute or two for each million small result files.

    Example: reportrun doctor --deep
    """
    from application.health.findings import Level
    from interfaces.composition.examination import examination
    from interfaces.composition.installation import Installation

    with Installation(settings, only_reads=True) as installation, progress_bar("doctor") as bar:
        findings = list(examination(installation, deep=options.deep, progress=bar))
    for level, sentence in findings:
        result(f"{level:<6}{sentence}")
    return 1 if any(level is Level.WRONG for level, _ in findings) else 0
