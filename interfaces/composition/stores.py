"""Opens the store that the settings name: the log, the views made of it, and the leases on runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from application.log.damage import LogFault
from application.log.event_store import EventStore
from application.ports.claims import Claims
from application.projecting.projector import Projector
from application.projecting.rebuild import rebuild
from application.views.registry import PROJECTIONS
from interfaces.host.clock import SystemClock
from interfaces.settings import Settings
from interfaces.storage.backups.read_backup import opened_backup
from interfaces.storage.backups.write_backup import write_backup
from interfaces.storage.sql.claims import SqlClaims
from interfaces.storage.sql.views.views import SqlViews
from interfaces.storage.sqlite.store import open_copy, open_sqlite
from interfaces.storage.store import Store


@dataclass(frozen=True, slots=True)
class Stores:
    """An opened store, and the application's parts that stand on it."""

    store: Store
    events: EventStore
    views: SqlViews
    projector: Projector
    claims: Claims

    def close(self) -> None:
        self.store.close()


def open_stores(settings: Settings) -> Stores:
    """Open the store, making what is missing. Raises `StoreUnavailable` for one that cannot be used."""
    return _stores(_open_store(settings), settings)


def open_copied_stores(settings: Settings) -> Stores:
    """Open a copy of the SQLite files, for a user who cannot write them. Raises `StoreUnavailable`."""
    return _stores(open_copy(settings.data), settings)


def _stores(store: Store, settings: Settings) -> Stores:
    views = SqlViews(store.database)
    views.set_up()
    claims = SqlClaims(store.database, SystemClock(), runs_of_one_account=settings.account_concurrency)
    claims.set_up()
    return Stores(store, store.events, views, Projector(store.events, views, PROJECTIONS), claims)


def _open_store(settings: Settings) -> Store:
    settings.data.mkdir(parents=True, exist_ok=True)
    if not settings.database_url:
        return open_sqlite(settings.data)
    from interfaces.storage.postgres.store import open_postgres

    return open_postgres(settings.database_url, settings.database_pool_size)


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


def restore(stores: Stores, file: Path, *, accept_damage: bool = False) -> int:
    """Import a backup into an empty store and make its views; gives the log's last position.

    Raises `BackupRefused`, with nothing imported, for a backup with damaged events, unless they are accepted.
    """
    with opened_backup(file, accept_damage=accept_damage) as log:
        stores.store.recorder.import_log(log)
    return rebuild(stores.events, stores.views, PROJECTIONS, lambda done, goal: None)  # old views may lie there
