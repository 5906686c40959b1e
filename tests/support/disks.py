"""Disks to fill up and to write-protect: small file systems in memory, where this user may mount any."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, kib: int) -> Iterator[Path]:
    """A folder on a disk of its own. Skips the test where that cannot be had."""
    folder.mkdir(parents=True, exist_ok=True)
    _mount("-t", "tmpfs", "-o", f"size={kib}k", "none", str(folder))
    try:
        yield folder
    finally:
        _unmount(folder)


@contextmanager
def read_only(folder: Path, mount: Path | None = None) -> Iterator[None]:
    """A folder in which nothing can be written, at its own path or at another, where it can be written meanwhile."""
    place = mount or folder
    _mount("--bind", str(folder), str(place))
    try:
        _mount("-o", "remount,ro,bind", str(place))
        yield
    finally:
        _unmount(place)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Not one byte is free on the disk."""
    ballast = disk / "ballast"
    descriptor = os.open(ballast, os.O_CREAT | os.O_WRONLY)
    try:
        with suppress(OSError):
            while True:
                os.write(descriptor, bytes(4096))
        yield
    finally:
        os.close(descriptor)
        ballast.unlink()


def _mount(*words: str) -> None:
    tried = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"no file system can be mounted here: {tried.stderr.strip()}")


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], check=True, capture_output=True)
