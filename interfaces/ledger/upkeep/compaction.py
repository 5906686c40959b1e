"""Compaction: every table gets a version with the same rows in fewer files."""

from __future__ import annotations

from collections.abc import Callable

from application.ports.ledger import CompactionOutcome
from domain.ledger.ledger import PinnedLedger
from interfaces.ledger.delta.ledger_folder import LedgerFolder
from interfaces.ledger.delta.roll_back import is_damaged
from interfaces.ledger.upkeep.small_files import crowded_partitions, merge_small_files

_TWO = 2
"""Two small files of a partition can be one."""


def compact(folder: LedgerFolder, base: PinnedLedger, progress: Callable[[str, float], None]) -> CompactionOutcome:
    """Merge the small files of every table that can be read. Readers see it once its versions are recorded."""
    versions = dict(base.tables)
    unreadable = []
    files_before = files_after = 0
    for done, (name, version) in enumerate(base.tables.items()):
        progress(f"compacting {name}", done / len(base.tables))
        if is_damaged(folder, base, name):
            unreadable.append(name)
            continue
        table = folder.table(base.livemode, name)
        delta = table.at(version)
        if crowded_partitions(delta, _TWO):
            delta = table.ready_for_load(version)
            merge_small_files(table, delta, _TWO)
            table.checkpoint_if_due(delta, version)
            folder.make_durable(base.livemode, name, version, delta.version())
            versions[name] = delta.version()
        files_before += len(folder.files.of(table.uri, version))
        files_after += len(folder.files.of(table.uri, versions[name]))
    return CompactionOutcome(versions, files_before, files_after, tuple(unreadable))
