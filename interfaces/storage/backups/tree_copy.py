"""Copies the files of a tree into a backup's folder, and back; what is there already is not copied again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from application.log.export import BackupRefused
from interfaces.storage.backups.file_trees import FileEntry, FileTree, FolderTree

Progress = Callable[[int, int], None]
"""Takes how many files are done, and how many there are."""


class Copied(NamedTuple):
    """How many files a tree has and their bytes, and how many of them were copied now.

    gone  the files of the backup that the tree has no more
    """

    files: int
    size: int
    new: int
    gone: Sequence[Path] = ()


def save_tree(tree: FileTree, folder: Path, progress: Progress) -> Copied:
    """Copy a tree into a folder, while others add files to it.

    A table's log is copied before its data: a log entry appears when the files that it names are whole, so all that
    the copied log names is there to be copied. Nothing counts as gone from a tree without files: its disk may not be
    mounted.
    """
    known = {entry.name: entry for entry in FolderTree(folder).entries()}
    entries = sorted(tree.entries(), key=_logs_first)
    new = 0
    for done, entry in enumerate(entries):
        progress(done, len(entries))
        if known.get(entry.name) != entry:
            new += _fetched(tree, entry, folder)
    names = {entry.name for entry in entries}
    gone = [folder / name for name in known if name not in names] if names else []
    return Copied(len(entries), sum(entry.size for entry in entries), new, gone)


def _logs_first(entry: FileEntry) -> tuple[bool, str]:
    return ("_delta_log" not in PurePosixPath(entry.name).parts, entry.name)


def _fetched(tree: FileTree, entry: FileEntry, folder: Path) -> bool:
    """Whether the file was still there."""
    target = folder / entry.name
    if not target.resolve().is_relative_to(folder.resolve()):
        raise BackupRefused(f"{tree.place} has a file {entry.name!r}, whose name leads out of the backup. Remove it.")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        tree.fetch(entry, target)
    except FileNotFoundError:  # an expired result file was removed meanwhile
        return False
    return True


def must_take(folder: Path, tree: FileTree) -> None:
    """Raises `BackupRefused` where a restore would mix the backup's files with others."""
    saved = {entry.name: entry.size for entry in FolderTree(folder).entries()}
    other = next((entry.name for entry in tree.entries() if saved.get(entry.name) != entry.size), None)
    if other is not None:
        raise BackupRefused(
            f"{tree.place} has files that are not in the backup, such as {other}. Restore into an empty place."
        )


def restore_tree(folder: Path, tree: FileTree, progress: Progress) -> Copied:
    """Copy a backup's folder into a tree; files that are there already are left."""
    known = {entry.name for entry in tree.entries()}
    entries = list(_data_first(folder))
    for done, entry in enumerate(entries):
        progress(done, len(entries))
        if entry.name not in known:
            tree.put(entry, folder / entry.name)
    return Copied(len(entries), sum(entry.size for entry in entries), len({e.name for e in entries} - known))


def _data_first(folder: Path) -> Iterator[FileEntry]:
    yield from sorted(FolderTree(folder).entries(), key=_logs_first, reverse=True)
