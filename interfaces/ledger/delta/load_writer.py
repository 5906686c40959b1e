"""Writes one load: stages its rows, merges them table by table, and makes the new versions durable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from application.ports.ledger import LoadOrder, LoadOutcome
from domain.errors import StoreUnavailable
from domain.ledger.ledger import LoadedFile, PinnedLedger
from domain.ledger.tables import TABLES, WINDOWED, Table
from interfaces.ledger.delta.ledger_folder import LedgerFolder
from interfaces.ledger.delta.roll_back import readable_base
from interfaces.ledger.merge.spans import rows_beyond, staged_spans
from interfaces.ledger.merge.staging import StagedLoad, Staging
from interfaces.ledger.merge.upsert import MergeOutcome, Upsert
from interfaces.ledger.sources.source_file import SourceFile
from interfaces.ledger.sources.table_names import table_of

_READING = 0.4
"""The share of a load's time that reading and checking takes, about; writing takes the rest."""

Progress = Callable[[str, float], None]


def write_load(folder: LedgerFolder, staging: Staging, order: LoadOrder, progress: Progress) -> LoadOutcome:
    """Write a load. Raises `LedgerRefused`, and then leaves the ledger as it was."""
    order = replace(order, sources=[replace(source, table=table_of(source.table)) for source in order.sources])
    tables = [TABLES[name] for name in dict.fromkeys(source.table for source in order.sources)]
    staged = staging.stage(order, tables, _scaled(progress, 0, _READING))
    created_in_load = staged_spans(staging.connection, tables, order.horizon)
    beyond_horizon = rows_beyond(staging.connection, tables, order.horizon)
    base = readable_base(folder, order.base, [table.name for table in tables], order.history)
    versions, outcomes = _merge(folder, staging, tables, base, _scaled(progress, _READING, 1))
    versions = {**order.base.tables, **versions}
    return LoadOutcome(
        tables=versions,
        files=[
            _loaded_file(source.table, file, outcomes.get(position, MergeOutcome()), staged, position)
            for position, (source, file) in enumerate(zip(order.sources, staged.files, strict=True))
        ],
        created=_created(folder, replace(order.base, tables=versions)),
        created_in_load=created_in_load,
        owners=staged.owners,
        beyond_horizon=beyond_horizon,
        warnings=staged.warnings,
        rolled_back=tuple(name for name, version in order.base.tables.items() if base.tables.get(name) != version),
    )


def _merge(
    folder: LedgerFolder, staging: Staging, tables: Sequence[Table], base: PinnedLedger, progress: Progress
) -> tuple[dict[str, int], dict[int, MergeOutcome]]:
    """Merge each table. Returns the versions of tables that changed, and the outcome of each source."""
    versions: dict[str, int] = {}
    outcomes: dict[int, MergeOutcome] = {}
    for done, table in enumerate(tables):
        progress(f"writing {table.name}", done / len(tables))
        upsert = Upsert(staging.connection, table, folder.local(folder.files_of(base, table.name)))
        diff = upsert.diff()
        if any(outcome.changed for outcome in diff.values()):
            before = base.tables.get(table.name)
            versions[table.name] = upsert.write(folder.table(base.livemode, table.name), before)
            folder.make_durable(base.livemode, table.name, before, versions[table.name])
        upsert.clear()
        outcomes |= diff
    progress("loaded", 1)
    return versions, outcomes


def _created(folder: LedgerFolder, ledger: PinnedLedger) -> dict[str, tuple[int, int]]:
    """The spans of windowed tables, without those that cannot be read, which this load has not changed."""
    found = {}
    for table in WINDOWED:
        try:
            files = folder.files_of(ledger, table)
        except StoreUnavailable:
            continue
        firsts = [file.first for file in files if file.first is not None]
        lasts = [file.last for file in files if file.last is not None]
        if firsts and lasts:
            found[table] = (min(firsts), max(lasts))
    return found


def _scaled(progress: Progress, start: float, end: float) -> Progress:
    """Progress of one part of a load, scaled to the progress of the whole."""
    return lambda what, done: progress(what, start + done * (end - start))


def _loaded_file(table: str, file: SourceFile, outcome: MergeOutcome, staged: StagedLoad, position: int) -> LoadedFile:
    left_alone, repeated = staged.left_alone[position], staged.repeated.get(position, 0)
    return LoadedFile(
        table=table,
        file=file.name,
        sha256=file.sha256,
        rows=outcome.rows + left_alone + repeated,
        inserted=outcome.inserted,
        updated=outcome.updated + outcome.removed,
        unchanged=outcome.unchanged,
        repeated=repeated,
        deleted=outcome.deleted + left_alone,
        unread=staged.unread[position],
    )
