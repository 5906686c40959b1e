"""Makes what a load wrote durable: a load is only recorded when its files survive a power cut."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from interfaces.host.disk.fsync import fsync
from interfaces.ledger.delta.checksums import Checksums
from interfaces.ledger.delta.pinned_files import DataFile
from interfaces.ledger.delta.table_log import TableLog

_THREADS = 8
"""The file system commits what several threads sync together."""


def make_durable(table: Path, base: int | None, version: int, data: Iterable[DataFile]) -> None:
    """Sync what was written since version `base` (None: ever) to disk, and keep its checksums.

    Covers the log entries of loads that died in between, which later versions depend on.

    data  the data files that the version has and its base has not
    """
    log = TableLog(table)
    entries = [log.entry(entry) for entry in range(0 if base is None else base + 1, version + 1)]
    files = [*(Path(file.uri) for file in data), *entries]
    with ThreadPoolExecutor(_THREADS) as threads:
        digests = dict(zip(files, threads.map(_sync_and_digest, files), strict=True))
        list(threads.map(fsync, log.checkpoints(-1 if base is None else base)))
    checksums = Checksums(table).write(
        version, {str(path.relative_to(table)): digest for path, digest in digests.items()}
    )
    fsync(checksums)
    sync_folders([*files, checksums])


def sync_folders(files: Iterable[Path]) -> None:
    """Sync every folder above these files: a new file or folder is durable when the folder that names it is."""
    folders = dict.fromkeys(folder for file in files for folder in file.parents)
    with ThreadPoolExecutor(_THREADS) as threads:
        list(threads.map(_sync_folder, folders))


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(PermissionError):  # a folder far above, which is not ours, was there before
        fsync(folder)


def _sync_and_digest(path: Path) -> str:
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()
