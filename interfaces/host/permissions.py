"""Permissions of the files at rest: what this program makes, only its user can read."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

UMASK = 0o077
"""Takes every right from the group and from others: folders get 0700, files 0600."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keep_files_private() -> None:
    """Give what this process and its children make to its user alone, whatever the umask was."""
    os.umask(UMASK)


def open_to_others(places: Iterable[Path], *, levels: int = sys.maxsize) -> Iterator[Path]:
    """The files and folders that the group or others have a right to, below folders that let them in.

    A folder that lets nobody else in protects all that lies below it.

    levels  of folders below each place that are looked into
    """
    for place in places:
        yield from _open_below(place, levels)


def _open_below(place: Path, levels: int) -> Iterator[Path]:
    try:
        mode = place.lstat().st_mode
    except OSError:
        return
    if stat.S_ISLNK(mode) or not mode & _OTHERS:
        return
    yield place
    if stat.S_ISDIR(mode) and levels > 0:
        try:
            entries = sorted(place.iterdir())
        except OSError:
            return
        for entry in entries:
            yield from _open_below(entry, levels - 1)
