"""The environment of commands that tests and scripts start: that of the shell, without an operator's settings."""

from __future__ import annotations

import os

from interfaces.settings import PREFIX


def without_settings() -> dict[str, str]:
    """The variables of this process, but for those that begin as settings do.

    They may name an operator's database, ledger or bucket, which no test or script may reach.
    """
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def forget_settings() -> None:
    """Remove the settings from this process, and so from all commands that it starts."""
    for name in os.environ.keys() - without_settings().keys():
        del os.environ[name]
