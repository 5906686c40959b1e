"""Backs up and restores all of an installation: the log, the ledger and the result files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from application.audit.incarnations import RestoredSeal, must_hold_what_was_sealed, restored_state
from application.health.findings import Level
from application.history.erased_events import erased_in
from application.log.damage import LogFault
from application.log.export import BackupRefused, LogExport, must_be_empty
from application.ports.seal_states import SealState
from domain.errors import ReportrunError, StoreUnavailable
from interfaces.composition.audit.log_places import tile_files
from interfaces.composition.audit.sealing import seal_state, sealed_now, signer
from interfaces.composition.examination import result_checks
from interfaces.composition.installation import Installation
from interfaces.composition.stores import back_up, make_log_for_backup, restore
from interfaces.host.disk.fsync import fsync
from interfaces.settings import Settings
from interfaces.storage.backups.file_trees import BucketTree, FileTree, FolderTree
from interfaces.storage.backups.read_backup import first_event
from interfaces.storage.backups.tree_copy import Copied, must_take, restore_tree, save_tree

PARTS = LOG, LEDGER, RESULTS = "events.backup", "ledger", "files"
"""What a backup's folder holds: a file as `backup FILE` writes it, and two folders."""

Progress = Callable[[str, int, int], None]
"""Takes what is copied, how many files of it are done, and how many there are."""


class Restored(NamedTuple):
    """What became of a restore.

    position  the last one of the log
    sentence  how the log is sealed on; empty for one that was never sealed
    faults    what is wrong with result files, in sentences
    """

    position: int
    sentence: str
    faults: Sequence[str] = ()


class FullBackup(NamedTuple):
    """What a backup of everything holds.

    faults   the damaged events in it
    is_held  whether vacuums were kept from removing files meanwhile
    removed  how many files of the last backup the installation has no more
    """

    events: int
    faults: list[LogFault]
    ledger: Copied
    results: Copied
    is_held: bool
    removed: int


def back_up_all(
    installation: Installation, folder: Path, progress: Progress, *, accept_damage: bool = False
) -> FullBackup:
    """Write all into a folder, while servers go on; a second backup copies what is new, and removes what is gone.

    The log is read first: what it names is in the ledger and among the result files by then, and stays there. It takes
    the place of the last one when all is copied, and only then files are removed, which the last one may name: so an
    interrupted backup leaves the last one whole. Nothing is removed from a folder that held no backup.

    Raises `BackupRefused` for a log with damaged events, unless they are accepted, and for the folder of another
    installation, or of a backup of it; and `StoreUnavailable`.
    """
    _must_not_be_anothers(installation, folder)
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{LOG}.part"
    was_backup = (folder / LOG).is_file()
    try:
        with _held(installation) as is_held:
            events, faults = back_up(installation.stores, log, accept_damage=accept_damage)
            ledger, results = (
                save_tree(tree, folder / name, partial(progress, name)) for name, tree in _trees(installation.settings)
            )
        os.sync()
        log.replace(folder / LOG)
        fsync(folder)
    finally:
        log.unlink(missing_ok=True)
    gone = [*ledger.gone, *results.gone] if was_backup else []
    for file in gone:
        file.unlink(missing_ok=True)
    return FullBackup(events, faults, ledger, results, is_held, len(gone))


def _must_not_be_anothers(installation: Installation, folder: Path) -> None:
    """Files of two installations have the same names, so one would replace those of the other.

    A copy of the key may be kept beside a backup; in a folder without one it is the key of an installation.
    """
    settings, is_backup = installation.settings, (folder / LOG).is_file()
    marks = settings.store_files if is_backup else (*settings.store_files, settings.audit_key_file)
    found = next((file.name for file in marks if (folder / file.name).exists()), None)
    if found is not None:
        raise BackupRefused(f"{folder} holds an installation: it has {found}. Name a folder for the backup alone.")
    if is_backup:
        own = next(iter(installation.stores.store.recorder.events_after(0, 1)), None)
        if own is None or first_event(folder / LOG) != tuple(own[1:]):
            raise BackupRefused(
                f"{folder} holds a backup of another installation, or a damaged one. Name another folder, or remove it."
            )


@contextmanager
def _held(installation: Installation) -> Iterator[bool]:
    """Keep vacuums off the ledger. Gives whether that can be: a user who may only read the ledger cannot hold it."""
    with ExitStack() as stack:
        try:
            hold = stack.enter_context(installation.ledger.held_by_backup())
        except StoreUnavailable:
            yield False
            return
        yield True
    hold.must_have_lasted()


def restore_log(
    installation: Installation, file: Path, *, accept_damage: bool = False, newest_checkpoint: str = ""
) -> Restored:
    """Restore the log into an empty installation, and seal it, where it was sealed before: as a new incarnation.

    newest_checkpoint  the newest one that was published; when the backup holds all that it speaks of, the log goes on
                       under its name
    """
    from interfaces.audit.signing_key import verify

    found = RestoredSeal(None)

    def sealing(saved: LogExport) -> SealState | None:
        nonlocal found
        if saved.seal is not None:
            erased = erased_in(saved.events)
            if not accept_damage:
                must_hold_what_was_sealed(saved.seal, saved.events, erased)
            public_key = signer(installation.settings, may_be_new=True).public_key
            found = restored_state(saved.seal, saved.events, newest_checkpoint, public_key, verify, erased)
        return found.state

    make_log_for_backup(installation.settings)
    position = restore(installation.stores, file, accept_damage=accept_damage, sealing=sealing)
    trouble = _seal_once(installation) if found.state is not None else ""
    return Restored(position, f"{found.sentence}{trouble}")


def _seal_once(installation: Installation) -> str:
    """Seal, so that the files of the transparency log are those of the restored log; gives why that is yet to do.

    A log that begins anew removes the tiles of the one before; a sealer does not, as another may have sealed meanwhile.
    """
    try:
        if seal_state(installation).size == 0:
            tile_files(installation.settings).remove_below("tile")
        sealed_now(installation)
    except (ReportrunError, OSError) as trouble:  # the restore is done
        return f" It is not sealed yet: {trouble} `reportrun seal --once` does so."
    return ""


def restore_all(
    installation: Installation,
    folder: Path,
    progress: Progress,
    *,
    accept_damage: bool = False,
    newest_checkpoint: str = "",
) -> Restored:
    """Restore all into an empty installation. The log comes last; then each result file is compared with it.

    Raises `BackupRefused`, with nothing restored, where the installation has events or other files.
    """
    if not (folder / LOG).is_file():
        raise BackupRefused(f"{folder} has no {LOG}, so it is no complete backup of all. `backup --all` writes one.")
    make_log_for_backup(installation.settings)
    must_be_empty(installation.stores.events.last_position())
    trees = _trees(installation.settings)
    for name, tree in trees:
        must_take(folder / name, tree)
    copied = [restore_tree(folder / name, tree, partial(progress, name)) for name, tree in trees]
    os.sync()
    restored = restore_log(installation, folder / LOG, accept_damage=accept_damage, newest_checkpoint=newest_checkpoint)
    checks = result_checks(installation)
    found = checks.of_record(lambda files: progress("comparing results", files, max(files, copied[-1].files)))
    return restored._replace(faults=[sentence for level, sentence in found if level is Level.WRONG])


def _trees(settings: Settings) -> list[tuple[str, FileTree]]:
    """Each tree, and the name of its folder in a backup."""
    return [
        (LEDGER, _tree(settings.ledger_place, is_flat=False)),
        (RESULTS, _tree(settings.files_place, is_flat=True)),
    ]


def _tree(place: str, *, is_flat: bool) -> FileTree:
    return BucketTree(place, is_flat=is_flat) if "://" in place else FolderTree(Path(place))
