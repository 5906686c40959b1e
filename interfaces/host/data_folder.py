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
    is_writable = os.access(folder, os.W_OK)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as trouble:
        return DataFolder(path, is_writable=is_writable, fault=trouble.strerror or str(trouble))
    return DataFolder(path, is_writable=is_writable, free_bytes=free_bytes(folder))


def free_bytes(folder: Path) -> int:
    """What is free on the disk of a folder."""
    return shutil.disk_usage(folder).free
