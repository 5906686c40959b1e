"""New installations: which commands make one, what they say of it, and how a refused command leaves nothing behind."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from interfaces.cli.output import remark
from interfaces.setting_values import SettingRefused
from interfaces.settings import Settings

if TYPE_CHECKING:
    from interfaces.composition.installation import Installation

CAN_BEGIN = ("serve", "load", "demo", "accounts", "migrate", "restore", "doctor")
"""Commands that a new installation may begin with."""

LISTS_WITHOUT_ONE = ("types",)
"""Commands that have something to say without an installation, and make none."""

EVENTS_OF_PLATFORM = 2
"""The first events of every log: the installation and its platform account."""


def has_installation(settings: Settings) -> bool:
    """Whether the data folder has a log, or the views of one that is gone: opening it says what is missing.

    A database counts: `migrate` says what it makes there.
    """
    try:
        return bool(settings.database_url) or any(file.exists() for file in settings.store_files)
    except PermissionError:  # opening it says so
        return True


def new_installation(settings: Settings) -> str:
    """The sentence about a new installation."""
    return f"Made a new installation in {settings.data.absolute()}."


def no_installation(settings: Settings) -> str:
    """The sentence about a folder without an installation."""
    return (
        f"There is no installation in {settings.data}. `reportrun demo` and `reportrun serve` make one; --data names "
        "another folder."
    )


@contextmanager
def announced(settings: Settings) -> Iterator[None]:
    """Say at the end of a command that it has made an installation, also where the command was refused."""
    was_there = has_installation(settings)
    try:
        yield
    finally:
        if not was_there and has_installation(settings):
            remark(new_installation(settings))


@contextmanager
def removed_if_refused(installation: Installation) -> Iterator[None]:
    """Remove the data folder again that a refused command made.

    It stays where its log has more than the platform account, and where another process has opened it meanwhile.
    """
    settings = installation.settings
    is_new = not settings.database_url and not settings.data.exists()
    try:
        yield
    except BaseException:
        if is_new and settings.data.exists():
            from interfaces.composition.stores import remove_unused

            installation.close()
            remove_unused(settings, EVENTS_OF_PLATFORM)
        raise


def require_installation(settings: Settings, options: argparse.Namespace, *, needs_none: bool) -> None:
    """Raises `SettingRefused` where a command would make an empty installation: the folder is likely mistyped.

    needs_none  whether the command opens no installation
    """
    if settings.data.exists() and not settings.data.is_dir():
        raise SettingRefused(
            f"The data folder {settings.data} is not a folder. --data or REPORTRUN_DATA names another."
        )
    action = getattr(options, "action", None)
    begins = options.command in (*CAN_BEGIN, *LISTS_WITHOUT_ONE) or action == "create" or needs_none
    if not begins and not has_installation(settings):
        raise SettingRefused(no_installation(settings))
