"""Opens the log and the database of one PostgreSQL address."""

from __future__ import annotations

from typing import cast

from application.log.event_store import EventStore
from interfaces.storage.postgres.connection import meaning
from interfaces.storage.postgres.database import PostgresDatabase
from interfaces.storage.postgres.events import PostgresRecorder
from interfaces.storage.postgres.schema import must_be_current
from interfaces.storage.postgres.watch import PostgresLogWatch
from interfaces.storage.sql.receipts import SqlReceipts
from interfaces.storage.store import Store


def open_postgres(url: str, pool_size: int) -> Store:
    """Raises `StoreUnavailable` when the database cannot be reached or must be migrated first."""
    with meaning():
        must_be_current(url)
    events = EventStore(
        env={
            "PERSISTENCE_MODULE": "interfaces.storage.postgres.events:UrlFactory",
            "POSTGRES_URL": url,
            "POSTGRES_POOL_SIZE": str(pool_size),
            "ORIGINATOR_ID_TYPE": "text",
        }
    )
    recorder = cast("PostgresRecorder", events.recorder)
    database = PostgresDatabase(url, pool_size)
    return Store(events, recorder, database, SqlReceipts(database), PostgresLogWatch(url))
