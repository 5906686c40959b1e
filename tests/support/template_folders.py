"""Folders that are made once in a process, for tests to copy: loading a ledger takes longer than a copy."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

_PLACE = tempfile.gettempdir()
"""As this process begins: attacks have a temporary folder each, which is gone when the next begins."""


def template_folder(name: str) -> Path:
    """A new empty folder, which is removed when this process ends."""
    folder = Path(tempfile.mkdtemp(prefix=f"reportrun-{name}-", dir=_PLACE))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
