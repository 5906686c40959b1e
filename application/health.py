"""Health: whether a server can answer now, and the findings of a look at an installation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from application.projecting.subscription import Subscription
from application.runs.report_types import ReportTypes
from domain.access.caller import Scope
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

    fault   why no file can be made in it; None when one can
    is_own  whether it is this user's, who then should be able to write in it
    """

    path: str
    exists: bool = True
    is_own: bool = True
    fault: str | None = None
    free_bytes: int = 0


class Readiness:
    """Whether requests can be served now."""

    def __init__(
        self,
        types: ReportTypes,
        subscription: Subscription,
        free_bytes: Callable[[], int],
        check_files: Callable[[], None] = lambda: None,
    ) -> None:
        """
        free_bytes   gives what is free on the disk of the data folder
        check_files  raises `StoreUnavailable` when the files of the log were removed, replaced or cut
        """
        self._check_files = check_files
        self._types = types
        self._subscription = subscription
        self._free_bytes = free_bytes

    async def check(self) -> None:
        """Raises `StoreUnavailable` with the reason while requests cannot be served."""
        await self._types.all(Scope("", livemode=False))  # reads as every request does
        self._check_files()
        if self._subscription.trouble:
            raise StoreUnavailable(self._subscription.trouble)
        if self._free_bytes() < FULL_DISK_BYTES:
            raise StoreUnavailable("The disk of the data folder is full.")


def examine(folder: DataFolder, check_store: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """Findings about the data folder, then those of the store, unless the folder rules them out.

    check_store  opens the store and looks at what is in it
    """
    if not folder.exists:
        yield wrong(f"There is no data folder {folder.path}. `reportrun demo` or `reportrun serve` makes one.")
        return
    yield _check_folder(folder)
    try:
        yield from check_store()
    except (StoreUnavailable, OSError) as trouble:
        yield wrong(f"The store cannot be used: {trouble}")


def _check_folder(folder: DataFolder) -> Finding:
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
