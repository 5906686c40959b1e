"""Writes one load: stages its rows, merges them table by table, and makes the new versions durable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from application.ports.ledger import LoadOrder, LoadOutcome
from domain.ledger.ledger import PinnedLedger
from domain.ledger.loaded_file import LoadedFile
from domain.ledger.tables import OPENING_BALANCES, Table
from interfaces.ledger.delta.ledger_folder import LedgerFolder
from interfaces.ledger.delta.roll_back import is_damaged, readable_base
from interfaces.ledger.merge.content_warnings import content_warnings
from interfaces.ledger.merge.metadata_fold import fold_metadata
from interfaces.ledger.merge.opening_balances import READ_TABLES, check_opening_balances
from interfaces.ledger.merge.spans import rows_beyond, staged_spans
from interfaces.ledger.merge.staged_file import StagedFile
from interfaces.ledger.merge.staging import StagedLoad, Staging
from interfaces.ledger.merge.staging_tables import staged as staging_table
from interfaces.ledger.merge.supplements import add_supplements
from interfaces.ledger.merge.upsert import MergeOutcome, Upsert
from interfaces.ledger.sources.metadata_tables import owner_of
from interfaces.ledger.sources.table_names import table_of

_READING = 0.4
"""The share of a load's time that reading and checking takes, about; writing takes the rest."""

Progress = Callable[[str, float], None]


def write_load(folder: LedgerFolder, staging: Staging, order: LoadOrder, progress: Progress) -> LoadOutcome:
    """Write a load. Raises `LedgerRefused`, and then leaves the ledger as it was."""
    order = replace(order, sources=[replace(source, table=table_of(source.table)) for source in order.sources])
    staged = staging.stage(order, _scaled(progress, 0, _READING))
    tables = staged.tables
    base = readable_base(folder, order.base, [table.name for table in tables], order.history)

    def stored(table: Table) -> list[str]:
        return [data.uri for data in folder.local(folder.files_of(base, table.name))]

    def has_stored(table: Table, column: str) -> bool:
        return folder.has_values(base, table.name, column)

    for table in tables:
        add_supplements(staging.connection, table, stored)
    created_in_load = staged_spans(staging.connection, tables, order.horizon)
    beyond_horizon = rows_beyond(staging.connection, tables, order.horizon)
    keys = _count_keys(staging, staged)
    warnings = [*staged.warnings, *content_warnings(staging.connection, staged.files, has_stored)]
    warnings += _fold_metadata(folder, staging, staged, base)
    warnings += _check_opening_balances(folder, staging, staged, base, ignore=order.ignore_before_opening)
    versions, outcomes = _merge(folder, staging, tables, base, _scaled(progress, _READING, 1))
    outcomes |= {position: _of_keys(rows, outcomes.get(position)) for position, rows in keys.items()}
    versions = {**order.base.tables, **versions}
    return LoadOutcome(
        tables=versions,
        files=_without_empty_parts(
            _loaded_file(file, outcomes.get(position, MergeOutcome()), staged.repeated.get(position, 0))
            for position, file in enumerate(staged.files)
        ),
        created=folder.spans(replace(order.base, tables=versions)),
        created_in_load=created_in_load,
        owners=staged.owners,
        beyond_horizon=beyond_horizon,
        warnings=tuple(warnings),
        rolled_back=tuple(name for name, version in order.base.tables.items() if base.tables.get(name) != version),
    )


def _count_keys(staging: Staging, staged: StagedLoad) -> dict[int, int]:
    """Position of a file of metadata -> how many rows it has."""
    return {
        position: rows
        for table in {file.table.name: file.table for file in staged.files if owner_of(file.table)}.values()
        for position, rows in staging.connection.execute(
            f"select from_file, count(*) from {staging_table(table)} group by from_file"
        ).fetchall()
    }


def _fold_metadata(folder: LedgerFolder, staging: Staging, staged: StagedLoad, base: PinnedLedger) -> Iterator[str]:
    """Give objects the metadata that is in tables of its own. Returns warnings about objects that are missing."""
    files = {file.table.name: (position, file) for position, file in enumerate(staged.files)}
    for position, file in files.values():
        owner = owner_of(file.table)
        if owner is None:
            continue
        stored = [data.uri for data in folder.local(folder.files_of(base, owner.name))]
        missing = fold_metadata(staging.connection, file.table, owner, position, stored)
        if missing:
            yield (
                f"{file.name}: {missing:,} of the objects are not in {owner.name}, so their metadata is left out. "
                f"Load {owner.name} first, or together."
            )


def _check_opening_balances(
    folder: LedgerFolder, staging: Staging, staged: StagedLoad, base: PinnedLedger, *, ignore: bool
) -> Iterator[str]:
    brought = [table.name for table in staged.tables]
    has_opening_balances = OPENING_BALANCES in brought or OPENING_BALANCES in base.tables
    if not has_opening_balances or not set(brought) & {"balance_transactions", OPENING_BALANCES}:
        return
    damaged = [table for table in READ_TABLES if is_damaged(folder, base, table)]
    if damaged:
        yield f"{damaged[0]} cannot be read, so no row was compared with the opening balances. Run `reportrun doctor`."
        return
    stored = {table: [data.uri for data in folder.local(folder.files_of(base, table))] for table in READ_TABLES}
    yield from check_opening_balances(
        staging.connection, stored, brought, [file.name for file in staged.files], ignore=ignore
    )


def _of_keys(rows: int, objects: MergeOutcome | None) -> MergeOutcome:
    """The outcome of a file of metadata: its rows are keys of objects, some of which it changed."""
    updated = min(rows, objects.updated) if objects else 0
    return MergeOutcome(updated=updated, unchanged=rows - updated)


def _without_empty_parts(files: Iterable[LoadedFile]) -> list[LoadedFile]:
    """One for each file, or one for each of its tables that it has rows for."""
    every = list(files)
    with_rows = {(file.file, file.sha256) for file in every if file.rows}
    return [file for file in every if file.rows or (file.file, file.sha256) not in with_rows]


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


def _scaled(progress: Progress, start: float, end: float) -> Progress:
    """Progress of one part of a load, scaled to the progress of the whole."""
    return lambda what, done: progress(what, start + done * (end - start))


def _loaded_file(file: StagedFile, outcome: MergeOutcome, repeated: int) -> LoadedFile:
    return LoadedFile(
        table=file.table.name,
        file=file.name,
        sha256=file.source.sha256,
        rows=outcome.rows + file.left_alone + repeated,
        inserted=outcome.inserted,
        updated=outcome.updated + outcome.removed,
        unchanged=outcome.unchanged,
        repeated=repeated,
        deleted=outcome.deleted + file.left_alone,
        unread=file.unread,
    )
