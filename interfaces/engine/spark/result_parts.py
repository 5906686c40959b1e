"""Results in parts: written by the server into a folder or bucket that the worker reads, too."""

from __future__ import annotations

import logging
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from domain.ids import random_id
from interfaces.engine.spark.row_count import RowCount
from interfaces.engine.spark.tables import address_for_server

if TYPE_CHECKING:
    from obstore.store import ObjectStore
    from pyspark.sql.connect.dataframe import DataFrame

log = logging.getLogger("reportrun.worker")

PIECE_BYTES = 4 * 1024 * 1024

_FOLDER = re.compile(r"parts-(\d+)-")
"""Names of folders: when they were made, Unix seconds, and something random."""


class PartsPlace:
    """Where each attempt at a large report gets a folder of its own.

    place         a folder, or `s3://bucket/path`
    kept_seconds  the age at which the folder of an attempt that has died is removed: no attempt takes as long
    """

    def __init__(self, place: str, *, kept_seconds: float) -> None:
        self._place = place if "://" in place else str(Path(place).absolute())
        self._kept_seconds = kept_seconds
        self._opened: ObjectStore | None = None

    def written(self, lines: DataFrame, header: bytes) -> ResultParts:
        """Let the server write the lines, and give them in order, after the header."""
        self.sweep()
        folder = f"parts-{int(time.time())}-{random_id('part')}"
        parts = ResultParts(self, folder, header)
        try:
            lines.write.text(f"{address_for_server(self._place)}/{folder}")
        except BaseException:
            parts.close()
            raise
        return parts

    def sweep(self) -> None:
        """Remove the folders of attempts that ended without doing so. Raises `OSError`."""
        before = time.time() - self._kept_seconds
        for folder in self._folders():
            made = _FOLDER.match(folder)
            if made and int(made[1]) < before:
                self.remove(folder)

    def _folders(self) -> list[str]:
        import obstore

        if self._is_bucket:
            with _as_os_errors("The folders of parts cannot be listed."):
                return list(obstore.list_with_delimiter(self.store)["common_prefixes"])
        local = Path(self._place)
        local.mkdir(parents=True, exist_ok=True)
        return [entry.name for entry in local.iterdir()]

    def remove(self, folder: str) -> None:
        """Remove a folder with what is in it: in a file system also the empty folders that a server leaves.

        Raises `OSError` when a bucket cannot be reached.
        """
        import obstore

        if not self._is_bucket:
            shutil.rmtree(Path(self._place) / folder, ignore_errors=True)
            return
        with _as_os_errors("The parts of a result cannot be removed."):
            paths = [item["path"] for batch in obstore.list(self.store, prefix=folder) for item in batch]
            if paths:
                obstore.delete(self.store, paths)

    @property
    def _is_bucket(self) -> bool:
        return "://" in self._place

    @property
    def store(self) -> ObjectStore:
        if self._opened is None:
            from obstore.store import LocalStore, from_url

            if self._is_bucket:
                self._opened = from_url(self._place)
            else:
                self._opened = LocalStore(self._place, mkdir=True, automatic_cleanup=True)
        return self._opened


class ResultParts:
    """The file of one attempt: the header, then the parts in the order of their names, which is that of the rows."""

    def __init__(self, place: PartsPlace, folder: str, header: bytes) -> None:
        self._place = place
        self._folder = folder
        self._header = header
        self._count = RowCount()

    @property
    def rows(self) -> int:
        return self._count.rows

    def __iter__(self) -> Iterator[bytes]:
        """Raises `OSError` when a part cannot be read."""
        yield self._header
        with _as_os_errors("A part of the result cannot be read."):
            for piece in self._pieces():
                self._count.add(piece)
                yield piece

    def close(self) -> None:
        """Remove the parts. The result is stored by then, so a place that is away is left to `PartsPlace.sweep`."""
        try:
            self._place.remove(self._folder)
        except OSError as trouble:
            log.warning("The parts of a result are left to the next sweep. %s", trouble)

    def _pieces(self) -> Iterator[bytes]:
        import obstore

        store = self._place.store
        listed = [item["path"] for batch in obstore.list(store, prefix=self._folder) for item in batch]
        for path in sorted(path for path in listed if path.rpartition("/")[2].startswith("part-")):
            for piece in obstore.get(store, path).stream(min_chunk_size=PIECE_BYTES):
                yield bytes(piece)


@contextmanager
def _as_os_errors(sentence: str) -> Iterator[None]:
    """Raise the errors of a bucket as `OSError`, the error of a file storage."""
    from obstore.exceptions import BaseError

    try:
        yield
    except BaseError as error:
        raise OSError(sentence) from error
