"""The sentence about an error of the disk, and what to do about it."""

from __future__ import annotations

import errno

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


def sentence_of(trouble: OSError, place: str = "") -> str:
    """What has happened, where, and what to do about it where that is known. place: instead of the file's path"""
    where = place or trouble.filename
    cure = f" {_CURES[trouble.errno]}" if trouble.errno in _CURES else ""
    return f"{trouble.strerror or trouble}{f': {where}' if where else ''}.{cure}"
