"""The findings of a look at an installation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from domain.errors import StoreUnavailable

FULL_DISK_BYTES = 1024 * 1024
"""With less than this left, nothing can be stored for long."""

LOW_DISK_BYTES = 500 * 1024 * 1024


class Level(StrEnum):
    GOOD = "good"
    LOOK = "look"
    WRONG = "wrong"


class Finding(NamedTuple):
    """One fact about an installation; a sentence that names the remedy where one is needed."""

    level: Level
    sentence: str


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The state of the data folder.

    fault         why no file can be made in it; None when one can
    is_own        whether it is this user's, who then should be able to write in it
    is_readable   whether this user may read it, and the store in it
    is_read_only  whether it cannot be written by any user, since its file system is mounted so
    """

    path: str
    exists: bool = True
    is_own: bool = True
    is_readable: bool = True
    is_read_only: bool = False
    fault: str | None = None
    free_bytes: int = 0


def examine(folder: DataFolder, store: str, check_store: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """Findings about the data folder, then those of the store, unless the folder rules them out.

    store        where the store is, for sentences
    check_store  opens the store and looks at what is in it
    """
    if not folder.exists:
        yield wrong(f"There is no data folder {folder.path}. `reportrun demo` or `reportrun serve` makes one.")
        return
    if not folder.is_readable:
        yield wrong(
            f"The data folder {folder.path} is another user's, and this one may not read it, so nothing in it was "
            "looked at. Run `reportrun doctor` as its owner."
        )
        return
    yield _check_folder(folder)
    try:
        yield from check_store()
    except (StoreUnavailable, OSError) as trouble:
        about = f"{trouble}"
        yield wrong(about if store in about else f"The store in {store} cannot be used. {about}")


def _check_folder(folder: DataFolder) -> Finding:
    if folder.is_read_only:
        return look(
            f"The data folder {folder.path} is on a read-only file system, and was looked at in a copy. Servers and "
            "workers need one that they can write."
        )
    if folder.fault is not None and not folder.is_own:
        return look(
            f"The data folder {folder.path} is another user's, and this one can only read it. Run servers and workers "
            "as its owner."
        )
    if folder.fault is not None:
        return wrong(f"The data folder {folder.path} cannot be written: {folder.fault}. Give this user the right to.")
    if folder.free_bytes < FULL_DISK_BYTES:
        return wrong(f"The disk of the data folder {folder.path} is full, so nothing can be stored. Make room.")
    sentence = f"The data folder is {folder.path}, with {folder.free_bytes / 1024**3:.1f} GiB free."
    if folder.free_bytes < LOW_DISK_BYTES:
        return look(f"{sentence} That is little: make room.")
    return good(sentence)


def check_permissions(open_to_others: Iterable[str]) -> Finding:
    """The finding about files that other users have a right to; the uppermost folder comes first."""
    found = list(open_to_others)
    if not found:
        return good("Only this user has a right to the files.")
    return look(
        f"Other users have a right to {len(found):,} files or folders, such as {found[-1]}. "
        f"`chmod -R go-rwx {found[0]}` takes it from them."
    )


def good(sentence: str) -> Finding:
    return Finding(Level.GOOD, sentence)


def look(sentence: str) -> Finding:
    return Finding(Level.LOOK, sentence)


def wrong(sentence: str) -> Finding:
    return Finding(Level.WRONG, sentence)
