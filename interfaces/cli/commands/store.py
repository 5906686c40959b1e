"""`migrate`, `backup` and `restore`: the store itself."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from domain.counting import counted
from domain.errors import InvalidParameter, NotFound
from interfaces.cli.arguments import path
from interfaces.cli.installations.new_installations import removed_if_refused
from interfaces.cli.out_file import must_not_be_own, place_for_file
from interfaces.cli.output import progress_bar, remark, result
from interfaces.settings import Settings

if TYPE_CHECKING:
    from application.log.damage import LogFault
    from interfaces.composition.backups import Progress, Restored


def add_migrate(command: argparse.ArgumentParser) -> None:
    """`migrate` has no flags of its own."""


def migrate(settings: Settings, options: argparse.Namespace) -> int:
    """Make the database's schema, or bring it up to this version.

    For PostgreSQL (REPORTRUN_DATABASE_URL); one process migrates at a time, and servers of the version before go on
    meanwhile. SQLite does so by itself whenever it is opened.

    Example: REPORTRUN_DATABASE_URL=postgresql://me@localhost/reports reportrun migrate
    """
    from interfaces.composition.stores import migrate as migrate_store

    versions = migrate_store(settings)
    if versions is None:
        result("SQLite brings its schema up to date by itself.")
    elif versions[0] == versions[1]:
        result(f"The schema is at version {versions[1]} already.")
    else:
        result(f"The schema went from version {versions[0]} to {versions[1]}.")
    return 0


def add_backup(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", type=path, help="where the backup goes; with --all a folder")
    command.add_argument("--all", action="store_true", help="the ledger and the result files too, into a folder")
    command.add_argument("--accept-damage", action="store_true", help="write damaged events too, and mark them")


def backup(settings: Settings, options: argparse.Namespace) -> int:
    """Write the log of events into one file, while servers go on; with --all the ledger and the result files too.

    The log holds every run, key, account and version of the ledger as one moment had them, and the idempotency records;
    all views are made from it. Every event is checked: a log with a damaged one is refused, unless that is accepted.
    --all writes a folder; a second backup into the same folder copies what is new.

    Example: reportrun backup --all ./reportrun-backup
    """
    from interfaces.composition.installation import Installation
    from interfaces.composition.stores import back_up

    if options.all:
        return _back_up_all(settings, options)
    place = place_for_file(options.file, "a backup")
    must_not_be_own(place, settings)
    with Installation(settings, only_reads=True) as installation:
        count, faults = back_up(installation.stores, place, accept_damage=options.accept_damage)
    if faults:
        remark(_marked(faults))
    result(f"{counted(count, 'event is', 'events are')} in {options.file}.")
    return 0


def _marked(faults: Sequence[LogFault]) -> str:
    from application.log.log_check import summary

    damaged = counted(len(faults), "damaged event is", "damaged events are")
    return f"reportrun: {damaged} marked in it: {summary(faults)}."


def _back_up_all(settings: Settings, options: argparse.Namespace) -> int:
    from interfaces.composition.backups import PARTS, back_up_all
    from interfaces.composition.installation import Installation

    for part in PARTS:
        must_not_be_own(options.file / part, settings)
    with Installation(settings, only_reads=True) as installation, progress_bar("backing up") as bar:
        made = back_up_all(installation, options.file, _shown(bar), accept_damage=options.accept_damage)
    if made.faults:
        remark(_marked(made.faults))
    if not made.is_held:
        remark(
            "reportrun: The ledger cannot be written to from here, so nothing kept a vacuum from removing files "
            "meanwhile. If one ran, back up again into the same folder."
        )
    removed = f" and {made.removed:,} removed, which are not in use any more" if made.removed else ""
    result(
        f"{counted(made.events, 'event')}, {counted(made.ledger.files, 'file')} of the ledger and "
        f"{counted(made.results.files, 'result file')} are in {options.file}; "
        f"{counted(made.ledger.new + made.results.new, 'file was', 'files were')} copied now{removed}."
    )
    return 0


def _shown(bar: Callable[[str, float], None]) -> Progress:
    return lambda what, done, files: bar(f"{what}: {done:,} of {files:,} files", done / max(files, 1))


def add_restore(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", type=path, help="what `backup` made, from either kind of store")
    command.add_argument("--all", action="store_true", help="a folder that `backup --all` made")
    command.add_argument("--accept-damage", action="store_true", help="take damaged events too")
    command.add_argument(
        "--checkpoint", type=path, metavar="FILE", help="the newest published checkpoint, to go on under its name"
    )


def restore(settings: Settings, options: argparse.Namespace) -> int:
    """Take a backup into an empty store and make its views; with --all the ledger and the result files too.

    Every event is checked before any is kept: a backup with a damaged one is refused, unless that is accepted. A backup
    of SQLite may go into PostgreSQL and back, and with --all from folders into buckets and back, so this is also how an
    installation moves.

    A restored log is sealed as a new incarnation, whose first leaf holds the last checkpoint of the log before. With
    the newest published checkpoint, and all events that it speaks of, the log goes on as the same. With --all
    each result file is compared with its digest in the log; what differs or is missing is named, with exit code 1.

    Example: reportrun restore --all ./reportrun-backup --data ./restored
    """
    from interfaces.composition.backups import restore_log
    from interfaces.composition.installation import Installation

    if options.all:
        return _restore_all(settings, options)
    if options.file.is_dir():
        raise InvalidParameter(
            f"{options.file} is a folder. `reportrun restore --all {options.file}` restores what `backup --all` made."
        )
    if not options.file.is_file():
        raise NotFound("file", str(options.file))
    with Installation(settings) as installation, removed_if_refused(installation):
        restored = restore_log(
            installation,
            options.file,
            accept_damage=options.accept_damage,
            newest_checkpoint=_checkpoint(options),
        )
    result(f"Restored the log up to position {restored.position:,}, and made all views.")
    return _say(restored)


def _say(restored: Restored) -> int:
    """The exit code."""
    for sentence in filter(None, (restored.sentence, *restored.faults)):
        result(sentence)
    return 1 if restored.faults else 0


def _restore_all(settings: Settings, options: argparse.Namespace) -> int:
    from interfaces.composition.backups import restore_all
    from interfaces.composition.installation import Installation

    with Installation(settings) as installation, removed_if_refused(installation), progress_bar("restoring") as bar:
        restored = restore_all(
            installation,
            options.file,
            _shown(bar),
            accept_damage=options.accept_damage,
            newest_checkpoint=_checkpoint(options),
        )
    result(
        f"Restored the ledger, the result files and the log up to position {restored.position:,}, and made all views. "
        "`reportrun doctor --deep` reads and compares every event and file."
    )
    return _say(restored)


def _checkpoint(options: argparse.Namespace) -> str:
    """The newest published checkpoint; empty where none is given."""
    if options.checkpoint is None:
        return ""
    if not options.checkpoint.is_file():
        raise NotFound("file", str(options.checkpoint))
    return str(options.checkpoint.read_text(encoding="utf-8", errors="backslashreplace"))
