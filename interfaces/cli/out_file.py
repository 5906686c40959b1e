"""The file that a command writes: checked before the work begins, and replaced atomically."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from domain.errors import InvalidParameter
from domain.ids import random_id
from interfaces.settings import Settings

SQLITE_ENDS = ("-wal", "-shm", "-journal")
"""Of files beside a database, which belong to it."""


def place_for_file(named: Path, what: str) -> Path:
    """The path to write, with links resolved. Raises `InvalidParameter` where no file can be written.

    what  what goes into it, as `a backup`
    """
    if named.is_dir():
        raise InvalidParameter(f"{named} is a folder. Name a file in it.")
    if not named.absolute().parent.is_dir():
        raise InvalidParameter(f"There is no folder {named.parent} to put {what} into.")
    try:
        if _is_replaced(named):
            return _writable(Path(os.path.realpath(named)))
    except OSError as trouble:
        raise InvalidParameter(f"{named} cannot be written: {trouble.strerror}. Name another file.") from None
    return named


def must_not_be_own(place: Path, settings: Settings) -> None:
    """Raises `InvalidParameter` for a file or folder of the installation itself, which would be destroyed."""
    real = Path(os.path.realpath(place))
    for own in map(Path, map(os.path.realpath, settings.own_files)):
        if real.parent == own.parent and real.name in (own.name, *(f"{own.name}{end}" for end in SQLITE_ENDS)):
            raise _own(place)
    for own in map(Path, map(os.path.realpath, settings.own_folders)):
        if real == own or own in real.parents or real in own.parents:
            raise _own(place)


def _own(place: Path) -> InvalidParameter:
    return InvalidParameter(f"{place} belongs to the installation itself, and would be destroyed. Name another place.")


def _is_replaced(place: Path) -> bool:
    """Whether the path is replaced. A device or a pipe is written to: its reader would not see a new file."""
    return place.is_file() or not place.exists()


def _writable(place: Path) -> Path:
    if place.exists():
        with place.open("ab"):
            pass
    with tempfile.TemporaryFile(dir=place.parent):
        return place


@contextmanager
def atomic_write(place: Path) -> Iterator[BinaryIO]:
    """A file to write to, which replaces the one at `place` when it is whole; otherwise nothing is left of it."""
    if not _is_replaced(place):
        with place.open("wb") as pipe:
            yield pipe
        return
    part = place.with_name(f".{random_id('part')}")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if place.exists():
            shutil.copymode(place, part)
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)
