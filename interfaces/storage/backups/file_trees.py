"""The files of a ledger, or the result files, as a backup copies them: in a folder, or in a bucket."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple, Protocol

from domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from obstore.store import ObjectStore

PASSED_OVER = frozenset({"making", ".load.lock", ".holds"})
"""What processes of this moment use: files that are being made, and locks."""

RETRIES = 3
"""Of a request to a bucket, with growing delays."""


class FileEntry(NamedTuple):
    """One file. name: its path within the tree, with `/`; modified: nanoseconds since the Unix epoch."""

    name: str
    size: int
    modified: int


class FileTree(Protocol):
    """A number of files, by their names. place: the folder or address, for sentences"""

    place: str

    def entries(self) -> Iterator[FileEntry]:
        """Every file. Raises `StoreUnavailable` when some cannot be listed."""

    def fetch(self, entry: FileEntry, target: Path) -> None:
        """Copy a file out. Raises `FileNotFoundError` when it has gone, `StoreUnavailable` without a connection."""

    def put(self, entry: FileEntry, source: Path) -> None:
        """Copy a file in, under the entry's name. Raises `StoreUnavailable` without a connection."""


class FolderTree:
    """The files below a folder, which may be missing. Links to folders are followed: they may lead to another disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.place = str(folder)

    def entries(self) -> Iterator[FileEntry]:
        for place, folders, names in os.walk(self._folder, onerror=_must_have_gone, followlinks=True):
            folders[:] = sorted(set(folders) - PASSED_OVER)
            for path in (Path(place, name) for name in sorted(set(names) - PASSED_OVER)):
                try:
                    found = path.stat()
                except OSError as error:
                    _must_have_gone(error)
                    continue
                yield FileEntry(path.relative_to(self._folder).as_posix(), found.st_size, found.st_mtime_ns)

    def fetch(self, entry: FileEntry, target: Path) -> None:
        _copy(self._folder / entry.name, target)
        os.utime(target, ns=(entry.modified, entry.modified))

    def put(self, entry: FileEntry, source: Path) -> None:
        target = self._folder / entry.name
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy(source, target)


class BucketTree:
    """The objects below a bucket's address.

    is_flat  whether names have no folders there; a backup has them in folders of two characters, as a data folder does
    """

    def __init__(self, address: str, *, is_flat: bool) -> None:
        self.place = address
        self._is_flat = is_flat

    def entries(self) -> Iterator[FileEntry]:
        import obstore
        from obstore.exceptions import BaseError

        try:
            for batch in obstore.list(self._store):
                for found in batch:
                    if PASSED_OVER.intersection(found["path"].split("/")):
                        continue
                    modified = int(found["last_modified"].timestamp()) * 1_000_000_000
                    yield FileEntry(self._name_in_backup(found["path"]), found["size"], modified)
        except BaseError as error:
            raise _unreachable(self.place) from error

    def fetch(self, entry: FileEntry, target: Path) -> None:
        import obstore
        from obstore.exceptions import BaseError

        try:
            with target.open("wb") as file:
                for chunk in obstore.get(self._store, self._name_in_bucket(entry.name)).stream():
                    file.write(chunk)
        except FileNotFoundError:
            target.unlink()
            raise
        except BaseError as error:
            raise _unreachable(self.place) from error
        os.utime(target, ns=(entry.modified, entry.modified))

    def put(self, entry: FileEntry, source: Path) -> None:
        import obstore
        from obstore.exceptions import BaseError

        try:
            obstore.put(self._store, self._name_in_bucket(entry.name), source)
        except BaseError as error:
            raise _unreachable(self.place) from error

    def _name_in_backup(self, path: str) -> str:
        if not self._is_flat:
            return path
        return f"{path.removeprefix('file_')[:2]}/{path}"

    def _name_in_bucket(self, name: str) -> str:
        return PurePosixPath(name).name if self._is_flat else name

    @cached_property
    def _store(self) -> ObjectStore:
        from obstore.store import from_url

        return from_url(self.place, retry_config={"max_retries": RETRIES})


def _must_have_gone(error: OSError) -> None:
    """Raises `StoreUnavailable`, unless the file or folder was removed meanwhile, as an expired result is."""
    place = Path(error.filename)
    if isinstance(error, FileNotFoundError) and not place.is_symlink():
        return
    raise StoreUnavailable(
        f"{place} cannot be read: {error.strerror}. Give this user the right to read it, and see that its disk is "
        "mounted."
    ) from error


def _copy(source: Path, target: Path) -> None:
    """Copy a file, which appears under its name when it is whole."""
    part = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(source, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _unreachable(place: str) -> StoreUnavailable:
    return StoreUnavailable(f"The bucket {place} cannot be reached now. Try again in a moment.")
