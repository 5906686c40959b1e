"""How the memory limit of a process is divided between its database and everything else in it."""

from __future__ import annotations

PROCESS_MIB = 224
"""What a process holds that the database does not count: itself, libraries, and lines on their way into the file."""

LONG_REPORT_MIB = 96
"""What a database comes to hold that it does not count, in the minutes that a report of very many rows takes."""


def database_share(memory_limit_mib: int, held_back_mib: int = PROCESS_MIB) -> int:
    """What a database may hold, of a limit that is for the whole process."""
    return max(memory_limit_mib - held_back_mib, memory_limit_mib // 2)
