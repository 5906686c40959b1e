"""Vacuum: removes the data files that no kept version has."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

from application.ports.ledger import VacuumOutcome
from domain.errors import StoreUnavailable
from domain.ledger.ledger import PinnedLedger
from interfaces.ledger.delta.ledger_folder import LedgerFolder
from interfaces.ledger.upkeep.stored_files import StoredFile, remove_files, stored_files

_YOUNG_SECONDS = 86_400.0
"""A file that no version has may be one of a load on another machine, unless it is older than this."""


def vacuum(
    folder: LedgerFolder,
    kept: Sequence[PinnedLedger],
    removed: Sequence[PinnedLedger],
    progress: Callable[[str, float], None],
) -> VacuumOutcome:
    """Remove files table by table. Log entries of removed versions stay: the number of a version is not given twice."""
    tables = sorted({table for ledger in (*kept, *removed) for table in ledger.tables})
    files: list[StoredFile] = []
    unreadable = []
    for done, table in enumerate(tables):
        progress(f"vacuuming {table}", done / len(tables))
        uri = folder.uri(kept[-1].livemode, table)
        try:
            still_read = _files_of(folder, uri, _versions_of(table, kept))
        except StoreUnavailable:
            unreadable.append(table)
            continue
        given_up = _unneeded(folder, uri, still_read, _versions_of(table, removed))
        remove_files(uri, given_up)
        files += given_up
    progress("vacuumed", 1)
    return VacuumOutcome(len(files), sum(file.size for file in files), tuple(unreadable))


def _unneeded(folder: LedgerFolder, uri: str, still_read: set[str], removed: set[int]) -> list[StoredFile]:
    """The files that no kept version has, and that a removed version has or nobody can be about to commit."""
    there = [file for file in stored_files(uri) if file.uri not in still_read]
    old = time.time() - _YOUNG_SECONDS
    young = [file for file in there if file.written > old]
    known = _readable_files_of(folder, uri, removed) if young else set()
    return [file for file in there if file.written <= old or file.uri in known]


def _files_of(folder: LedgerFolder, uri: str, versions: Iterable[int]) -> set[str]:
    """Raises `StoreUnavailable` when one of the versions cannot be read."""
    return {file.uri for version in sorted(versions) for file in folder.files.of(uri, version)}


def _readable_files_of(folder: LedgerFolder, uri: str, versions: Iterable[int]) -> set[str]:
    found: set[str] = set()
    for version in versions:
        try:
            found |= _files_of(folder, uri, [version])
        except StoreUnavailable:
            continue
    return found


def _versions_of(table: str, ledgers: Iterable[PinnedLedger]) -> set[int]:
    return {ledger.tables[table] for ledger in ledgers if table in ledger.tables}
