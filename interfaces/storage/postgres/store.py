"""Opens the log and the database of one PostgreSQL address."""

from __future__ import annotations

from typing import cast

from application.log.event_store import EventStore
from domain.errors import StoreUnavailable
from interfaces.storage.postgres.connection import translate_errors
from interfaces.storage.postgres.database import PostgresDatabase
from interfaces.storage.postgres.events import PostgresRecorder
from interfaces.storage.postgres.notifier import PostgresLogNotifier
from interfaces.storage.postgres.queue_writer import PostgresQueueWriter
from interfaces.storage.postgres.schema import must_be_current
from interfaces.storage.sql.idempotency_records import SqlIdempotencyRecords
from interfaces.storage.sql.seal_state import SqlSealStates
from interfaces.storage.sql.webhook_secrets import SqlWebhookSecrets
from interfaces.storage.store import Store


def open_postgres(url: str, pool_size: int) -> Store:
    """One connection does all of a process but what `pool_size` connections read for its coroutines.

    Raises `StoreUnavailable` when the database cannot be reached or must be migrated first."""
    events = EventStore(
        env={
            "PERSISTENCE_MODULE": "interfaces.storage.postgres.events:UrlFactory",
            "POSTGRES_URL": url,
            "ORIGINATOR_ID_TYPE": "text",
        }
    )
    recorder = cast("PostgresRecorder", events.recorder)
    try:
        with translate_errors(), recorder.shared.open() as connection:
            must_be_current(connection)
    except StoreUnavailable:
        recorder.close()
        raise
    database = PostgresDatabase(url, pool_size, recorder.shared)
    return Store(
        events,
        recorder,
        database,
        SqlIdempotencyRecords(database, "sweep in order of time"),
        SqlWebhookSecrets(database),
        SqlSealStates(database.writer),
        PostgresLogNotifier(url),
        open_queue=lambda: PostgresQueueWriter(recorder.shared),
    )
