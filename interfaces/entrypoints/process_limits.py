"""Limits of this process on memory and files, where the system has them."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

MIB = 1024 * 1024


def limit_addresses(mib: int) -> None:
    """Let the process have so much address space in all. What it asks for beyond fails at once."""
    with suppress(ImportError, ValueError, OSError):  # not every system has such a limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (mib * MIB, mib * MIB))


def limit_more_addresses(mib: int) -> None:
    """Let the process have so much address space in addition to what it has now."""
    with suppress(OSError):  # a system without /proc
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit_addresses(pages * os.sysconf("SC_PAGE_SIZE") // MIB + mib)


def limit_file_size(mib: int) -> None:
    """Let no file that the process writes become larger. The write fails with EFBIG, since Python ignores SIGXFSZ."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (mib * MIB, mib * MIB))
