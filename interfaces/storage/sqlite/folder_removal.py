"""Removes the data folder of a store that nothing was stored in."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from domain.ids import random_base62
from interfaces.storage.sqlite.data_files import LOG, address_of, exclusive


def remove_unused(folder: Path, most_events: int) -> None:
    """Remove a data folder, unless another process has its log open, or the log has more events than that."""
    removed = folder.with_name(f"{folder.name}.removed-{random_base62(8)}")
    with exclusive(folder):  # nobody opens the log meanwhile
        if _is_unused(folder / LOG, most_events):
            with suppress(OSError):  # then it stays
                folder.rename(removed)  # at once: another process may make it anew while its files are removed
    shutil.rmtree(removed, ignore_errors=True)


def _is_unused(log: Path, most_events: int) -> bool:
    if not log.exists():
        return True
    try:
        with closing(sqlite3.connect(address_of(log), uri=True, timeout=0, isolation_level=None)) as connection:
            connection.execute("pragma journal_mode = delete")  # is refused while another connection is open
            (events,) = connection.execute("select count(*) from stored_events").fetchone()
    except sqlite3.Error:
        return False
    return int(events) <= most_events
