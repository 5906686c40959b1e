"""The PostgreSQL schema: created and migrated step by step, forward only, by one process at a time."""

from __future__ import annotations

from importlib.resources import files

from domain.errors import StoreUnavailable
from interfaces.storage.postgres.connection import Connection, connect, translate_errors

MIGRATION_LOCK = 7_283_002
"""The advisory lock of a migration."""

STEPS = (
    "0001_events.sql",
    "0002_claims.sql",
    "0003_receipts.sql",
    "0004_append.sql",
    "0005_queue.sql",
    "0006_receipts_by_time.sql",
    "0007_webhooks.sql",
    "0008_webhook_attempts.sql",
    "0009_workers.sql",
    "0011_audit.sql",
)
"""Each step makes the schema one version higher. A step that has been released is never changed."""


class SchemaTooOld(StoreUnavailable):
    def __init__(self, version: int) -> None:
        super().__init__(
            f"The database's schema is at version {version}, and this program needs {len(STEPS)}. "
            "Run `reportrun migrate`; servers and workers of the version before go on meanwhile."
        )


class SchemaTooNew(StoreUnavailable):
    def __init__(self, version: int) -> None:
        super().__init__(
            f"The database's schema is at version {version}, newer than this program, which knows {len(STEPS)}. "
            "Run a newer version of Reportrun."
        )


def migrate(url: str, to: int = len(STEPS)) -> tuple[int, int]:
    """Bring the schema up to version `to`, all steps or none; returns the versions before and after."""
    with translate_errors(), connect(url) as connection, connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
        connection.execute("create table if not exists reportrun_schema (version integer not null)")
        before = _version(connection)
        for step in STEPS[before:to]:
            connection.execute((files(__package__) / "migrations" / step).read_bytes())
        after = max(before, to)
        connection.execute("delete from reportrun_schema")
        connection.execute("insert into reportrun_schema (version) values (%s)", (after,))
        return before, after


def must_be_current(connection: Connection) -> None:
    """Raises `SchemaTooOld` for a database that must be migrated first, `SchemaTooNew` for one of a later program."""
    found = connection.execute("select to_regclass('reportrun_schema') as found").fetchone()
    version = _version(connection) if found and found["found"] else 0
    if version < len(STEPS):
        raise SchemaTooOld(version)
    if version > len(STEPS):
        raise SchemaTooNew(version)


def _version(connection: Connection) -> int:
    row = connection.execute("select max(version) as version from reportrun_schema").fetchone()
    return int(row["version"] or 0) if row else 0
