"""Looks at the data folder of an installation."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path

from application.health.findings import DataFolder


def look_at(folder: Path) -> DataFolder:
    path = str(folder)
    if not folder.is_dir():
        return DataFolder(path, exists=False)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as trouble:
        return DataFolder(
            path,
            is_own=_is_own(folder),
            is_readable=_is_own(folder) or _is_readable(folder),
            is_read_only=trouble.errno == errno.EROFS,
            fault=trouble.strerror or str(trouble),
        )
    return DataFolder(path, free_bytes=free_bytes(folder))


def _is_own(folder: Path) -> bool:
    return os.geteuid() == folder.stat().st_uid


def _is_readable(folder: Path) -> bool:
    """Whether this user may read the databases of the folder, as copying a store does."""
    try:
        return all(os.access(file, os.R_OK) for file in folder.iterdir() if file.suffix == ".db")
    except PermissionError:
        return False


def is_writable(folder: Path) -> bool:
    """Whether this user may write the folder and each file in it, as opening a store does. A missing one counts."""
    try:
        files = [entry for entry in folder.iterdir() if entry.is_file()]
    except FileNotFoundError:
        return True
    return all(os.access(path, os.W_OK) for path in (folder, *files))


def free_bytes(folder: Path) -> int:
    """What is free on the disk of a folder."""
    return shutil.disk_usage(folder).free
