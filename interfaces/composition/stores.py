"""Opens the store that the settings name: the log, the views made of it, and the queue of pending runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from application.log.damage import LogFault
from application.log.event_store import EventStore
from application.log.export import LogExport
from application.ports.claims import Claims
from application.ports.clock import Clock
from application.ports.seal_states import SealState
from application.ports.workers import Workers
from application.projecting.projection import Projection
from application.projecting.projector import Projector
from application.projecting.rebuild import rebuild
from application.queue.queue_check import QueueCheck
from application.queue.queue_feed import PendingRuns, QueueFeed
from application.views.registry import PROJECTIONS
from application.views.runs import RunListProjection
from interfaces.host.clock import SystemClock
from interfaces.settings import Settings
from interfaces.storage.backups.read_backup import opened_backup
from interfaces.storage.backups.write_backup import write_backup
from interfaces.storage.sql.database import QueueWriter
from interfaces.storage.sql.outbox import SqlOutbox
from interfaces.storage.sql.queue.claims import SqlClaims
from interfaces.storage.sql.queue.queue_tables import SqlQueue
from interfaces.storage.sql.queue.workers import SqlWorkers
from interfaces.storage.sql.views.views import SqlViews
from interfaces.storage.sqlite import folder_removal
from interfaces.storage.sqlite.store import make_log, open_copy, open_sqlite
from interfaces.storage.store import Store


class Stores:
    """An opened store, and the application's parts that stand on it. The queue is opened when it is first used."""

    def __init__(self, store: Store, views: SqlViews, account_concurrency: int = 0) -> None:
        self.store = store
        self.events: EventStore = store.events
        self.views = views
        self.projector = Projector(store.events, views, PROJECTIONS)
        self.outbox = SqlOutbox(store.database, SystemClock())
        self._account_concurrency = account_concurrency

    @cached_property
    def queue_writer(self) -> QueueWriter:
        return self.store.open_queue()

    @cached_property
    def queue(self) -> SqlQueue:
        return SqlQueue(self.queue_writer)

    @cached_property
    def queue_feed(self) -> QueueFeed:
        return QueueFeed(self.events, self.queue, self.pending_runs)

    @cached_property
    def claims(self) -> Claims:
        return self.claims_by(SystemClock(), self._account_concurrency)

    def claims_by(self, clock: Clock, runs_of_one_account: int = 0) -> Claims:
        return SqlClaims(self.queue_writer, self.queue_feed.catch_up, clock, runs_of_one_account=runs_of_one_account)

    @cached_property
    def workers(self) -> Workers:
        return SqlWorkers(self.queue_writer, SystemClock())

    def queue_check(self) -> QueueCheck:
        return QueueCheck(self.events, self.queue, self.pending_runs, self.queue_feed.catch_up)

    def pending_runs(self) -> PendingRuns:
        self.projector.catch_up()
        return PendingRuns(self.views.position(), self.views.runs.pending())

    def close(self) -> None:
        if "queue_writer" in vars(self):
            self.queue_writer.close()
        self.store.close()


def open_stores(settings: Settings, *, makes_log: bool = True) -> Stores:
    """Open the store, making what is missing. Raises `StoreUnavailable` for one that cannot be used.

    makes_log  whether a data folder without a store gets one
    """
    stores = _stores(_open_store(settings, makes_log), settings)
    settings.data.mkdir(parents=True, exist_ok=True)  # made by now, unless the store is elsewhere
    return stores


def open_copied_stores(settings: Settings) -> Stores:
    """Open a copy of the SQLite files, for a user who cannot write them. Raises `StoreUnavailable`."""
    return _stores(open_copy(settings.data), settings)


def _stores(store: Store, settings: Settings) -> Stores:
    views = SqlViews(store.database)
    views.set_up()
    SqlOutbox(store.database, SystemClock()).set_up()
    return Stores(store, views, settings.account_concurrency)


def _open_store(settings: Settings, makes_log: bool) -> Store:
    if not settings.database_url:
        return open_sqlite(settings.data, makes_log=makes_log)
    from interfaces.storage.postgres.store import open_postgres

    return open_postgres(settings.database_url, settings.database_pool_size)


def make_log_for_backup(settings: Settings) -> None:
    """Make an empty log where one is missing, also under views that were made of another."""
    if not settings.database_url:
        make_log(settings.data)


def remove_unused(settings: Settings, most_events: int) -> None:
    """Remove the data folder, unless its log has more events than that, or another process has opened it."""
    folder_removal.remove_unused(settings.data, most_events)


def place_of_store(settings: Settings) -> str:
    """The data folder, or the database without its user and password."""
    if not settings.database_url:
        return str(settings.data.absolute())
    from interfaces.storage.postgres.address import shown

    return shown(settings.database_url)


def migrate(settings: Settings) -> tuple[int, int] | None:
    """Bring the database's schema up to date; gives its version before and after, None for SQLite, which does so."""
    if not settings.database_url:
        open_stores(settings).close()
        return None
    from interfaces.storage.postgres.schema import migrate as migrate_postgres

    return migrate_postgres(settings.database_url)


def back_up(stores: Stores, file: Path, *, accept_damage: bool = False) -> tuple[int, list[LogFault]]:
    """Write the log into a file, while others write; gives the number of events, and those that are damaged.

    Raises `BackupRefused` for a log with damaged events, unless they are accepted.
    """
    with stores.store.recorder.export() as log:
        return write_backup(file, log, accept_damage=accept_damage)


Sealing = Callable[[LogExport], SealState | None]
"""Gives the state of sealing that a log begins with, which is restored from a backup."""


def restore(
    stores: Stores, file: Path, *, accept_damage: bool = False, sealing: Sealing = lambda saved: saved.seal
) -> int:
    """Import a backup into an empty store and make its views; gives the log's last position.

    sealing  is given the backup, whose events it may read

    Raises `BackupRefused`, with nothing imported, for a backup with damaged events, unless they are accepted.
    """
    with opened_backup(file, accept_damage=accept_damage) as saved:
        stores.store.recorder.import_log(saved._replace(seal=sealing(saved)))
    return rebuild_views(stores, PROJECTIONS, lambda done, goal: None)  # old views may lie there


def rebuild_views(
    stores: Stores,
    kinds: Sequence[type[Projection[Any]]],
    progress: Callable[[int, int], None],
    damaged: Callable[[LogFault], None] = lambda fault: None,
) -> int:
    """As `rebuild`; with the list of runs, the queue is filled anew too. Views of earlier versions are dropped."""
    position = rebuild(stores.events, stores.views, kinds, progress, damaged)
    stores.views.drop_earlier_versions()
    if RunListProjection in kinds:
        stores.queue_feed.refill()
    stores.outbox.rewind(stores.events.last_position())  # the log may have been replaced by a shorter one
    return position
