"""`doctor`: what is set up, what is wrong, and how to mend it."""

from __future__ import annotations

import argparse

from interfaces.cli.output import progress_bar, result
from interfaces.settings import Settings


def add_doctor(command: argparse.ArgumentParser) -> None:
    command.add_argument("--quick", action="store_true", help="do not read the events of the log, however many")


def doctor(settings: Settings, options: argparse.Namespace) -> int:
    """Look at the installation, and say what is set up, what is wrong and how to mend it.

    Every event of the log is read and decoded, which takes some seconds for each million.

    Example: reportrun doctor --data ./reportrun-data
    """
    from application.health import Level
    from interfaces.composition.commands import examination
    from interfaces.composition.installation import Installation

    with Installation(settings, only_reads=True) as installation, progress_bar("reading events") as bar:
        findings = list(
            examination(
                installation,
                quick=options.quick,
                progress=lambda done, last: bar(f"event {done:,} of {last:,}", done / max(last, 1)),
            )
        )
    for level, sentence in findings:
        result(f"{level:<6}{sentence}")
    return 1 if any(level is Level.WRONG for level, _ in findings) else 0
