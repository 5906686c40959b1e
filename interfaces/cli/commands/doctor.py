"""`doctor`: what is set up, what is wrong, and how to mend it."""

from __future__ import annotations

import argparse

from interfaces.cli.output import result
from interfaces.settings import Settings


def add_doctor(command: argparse.ArgumentParser) -> None:
    """`doctor` has no flags of its own."""


def doctor(settings: Settings, options: argparse.Namespace) -> int:
    """Look at the installation, and say what is set up, what is wrong and how to mend it.

    Example: reportrun doctor --data ./reportrun-data
    """
    from application.health import Level
    from interfaces.composition.commands import examination
    from interfaces.composition.installation import Installation

    with Installation(settings) as installation:
        findings = list(examination(installation))
    for level, sentence in findings:
        result(f"{level:<6}{sentence}")
    return 1 if any(level is Level.WRONG for level, _ in findings) else 0
