"""Errors of the disk: what is wrong, where, and what an operator can do about it."""

from __future__ import annotations

import errno
import os
import re

_CURES = {
    errno.ENOSPC: "Make room on its disk.",
    errno.EDQUOT: "Make room, or have the quota raised.",
    errno.EIO: "Its disk fails or is not mounted any more: mend that first.",
    errno.ESTALE: "Its file system is gone: mount it again.",
    errno.ENODEV: "Its file system is gone: mount it again.",
    errno.ENOTCONN: "Its file system is gone: mount it again.",
    errno.EROFS: "Have it mounted for writing, or name another place.",
    errno.EACCES: "Give this user the right to it.",
}

_NUMBER_IN_TEXT = re.compile(r"\(os error (\d+)\)|Os \{ code: (\d+)")
"""How libraries in Rust write the number of an error."""


def sentence_of(trouble: OSError, place: str = "") -> str:
    """What has happened, where, and what to do about it where that is known. place: instead of the file's path"""
    where = place or trouble.filename
    cure = f" {_CURES[trouble.errno]}" if trouble.errno in _CURES else ""
    return f"{trouble.strerror or trouble}{f': {where}' if where else ''}.{cure}"


def disk_reason_of(trouble: Exception) -> tuple[str, str] | None:
    """What is wrong with a disk, and the remedy, "" for none; None where it is no error of a disk.

    trouble  of this language, or of a library in Rust, which has the number of the error in its text
    """
    number = trouble.errno if isinstance(trouble, OSError) else None
    if number is None and (found := _NUMBER_IN_TEXT.search(str(trouble))):
        number = int(found[1] or found[2])
    return None if number is None else (f"{os.strerror(number)}.", _CURES.get(number, ""))
