"""A disk that loses power: an ext4 file system on a loop device, where this user may mount one."""

from __future__ import annotations

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SHUTDOWN = 0x8004587D
"""The ioctl that stops a file system at once."""

WITHOUT_FLUSH = 2
"""What was not synced by then is lost, the journal's open transaction included."""


class Disk:
    def __init__(self, image: Path, folder: Path) -> None:
        self._image = image
        self.folder = folder

    def cut_power(self) -> None:
        """Lose what was not synced, and start again."""
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, SHUTDOWN, WITHOUT_FLUSH.to_bytes(4, "little"))
        finally:
            os.close(descriptor)
        self.unmount()
        self.mount()

    def mount(self) -> None:
        _run("mount", "-o", "loop", str(self._image), str(self.folder))

    def unmount(self) -> None:
        _run("umount", str(self.folder))


@contextmanager
def disk_that_loses_power(parent: Path, mib: int = 256) -> Iterator[Disk]:
    """A new disk below `parent`. Skips the test where none can be had."""
    image, folder = parent / "disk.img", parent / "disk"
    folder.mkdir()
    image.touch()
    os.truncate(image, mib * 1024 * 1024)
    disk = Disk(image, folder)
    try:
        _run("mkfs.ext4", "-q", str(image))
        disk.mount()
    except (OSError, subprocess.CalledProcessError) as refused:
        pytest.skip(f"no file system can be made and mounted here: {refused}")
    try:
        yield disk
    finally:
        disk.unmount()
        image.unlink()


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)
