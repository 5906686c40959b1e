"""Looks at the data folder of an installation."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from application.health import DataFolder


def look_at(folder: Path) -> DataFolder:
    path = str(folder)
    if not folder.is_dir():
        return DataFolder(path, exists=False)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as trouble:
        return DataFolder(path, is_own=_is_own(folder), fault=trouble.strerror or str(trouble))
    return DataFolder(path, free_bytes=free_bytes(folder))


def _is_own(folder: Path) -> bool:
    return os.geteuid() == folder.stat().st_uid


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
