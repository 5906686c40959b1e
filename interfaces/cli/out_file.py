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
            return _writable(_real(named))
    except OSError as trouble:
        raise InvalidParameter(f"{named} cannot be written: {trouble.strerror}. Name another file.") from None
    return named


def must_not_be_own(place: Path, settings: Settings) -> None:
    """Raises `InvalidParameter` for a file or folder of the installation itself, which would be destroyed."""
    real = _real(place)
    files = (*settings.store_files, settings.audit_key_file, settings.verdicts_file)
    places = (settings.ledger_place, settings.files_place, settings.audit_place)
    folders = (settings.copies_folder, settings.spill_folder, settings.listeners_folder)
    is_file = any(str(real) == f"{_real(file)}{end}" for file in files for end in ("", *SQLITE_ENDS))
    own = [_real(Path(folder)) for folder in (*places, *folders) if "://" not in str(folder)]
    if is_file or any(real.is_relative_to(folder) or folder.is_relative_to(real) for folder in own):
        raise InvalidParameter(
            f"{place} belongs to the installation itself, and would be destroyed. Name another place."
        )


def _real(place: Path) -> Path:
    return Path(os.path.realpath(place))


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
