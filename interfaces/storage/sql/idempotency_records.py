"""Idempotency records in a table of the log's database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from application.log.idempotency_records import Append, IdempotencyRecord, KeysRecorded
from domain.access.caller import Scope
from interfaces.storage.sql.database import Database
from interfaces.storage.sql.statements import statements

SWEEP_RECORDS = 100
"""Records that one call deletes: the lock that appends wait for is held for a few milliseconds."""


class SqlIdempotencyRecords:
    def __init__(self, database: Database, sweep: str) -> None:
        """
        database  the log's
        sweep     the statement that deletes old records of this kind of store
        """
        self._database = database
        self._sql = statements("idempotency_records.sql")
        self._sweep = self._sql[sweep]
        self._swept_until = 0

    async def get(self, scope: Scope, key: str) -> IdempotencyRecord | None:
        values = {"account": scope.account, "livemode": int(scope.livemode), "key": key}
        row = await self._database.reader.one(self._sql["get"], values)
        return None if row is None else record_of([row[column] for column in COLUMNS])

    def sweep(self, before: int) -> int:
        writer = self._database.writer
        with writer.transaction():
            values = {"since": self._swept_until, "before": before, "limit": SWEEP_RECORDS}
            times = [row["created"] for row in writer.every(self._sweep, values)]
        self._swept_until = max(times, default=0)
        return len(times)


def repeats_in(appends: Sequence[Append], rows: Iterable[Sequence[Any]]) -> KeysRecorded | None:
    """The keys of a group that have records already; None when none has.

    rows  of the columns `COLUMNS`, and the position of the log's last event
    """
    found = [(record_of(values), position) for *values, position in rows]
    if not found:
        return None
    stored = {(record.scope, record.key): record for record, _ in found}
    wanted = [(append.record.scope, append.record.key) if append.record else None for append in appends]
    records = {place: stored[key] for place, key in enumerate(wanted) if key in stored}
    return KeysRecorded(records, max(position for _, position in found))


TYPES: Mapping[str, type] = {
    "account": str,
    "livemode": int,
    "key": str,
    "fingerprint": bytes,
    "status": int,
    "body": bytes,
    "request_id": str,
    "created": int,
}
"""Of the values of each column. SQLite keeps a value of any type in any column."""

COLUMNS = tuple(TYPES)
KEY_COLUMNS = 3
"""The first of them are the key."""


def record_values(record: IdempotencyRecord) -> tuple[Any, ...]:
    """A record's row."""
    return (
        record.scope.account,
        int(record.scope.livemode),
        record.key,
        record.fingerprint,
        record.status,
        record.body,
        record.request_id,
        record.created,
    )


def record_of(row: Sequence[Any]) -> IdempotencyRecord:
    """The record of a row with the columns `COLUMNS`."""
    account, livemode, key, fingerprint, status, body, request_id, created = row
    scope = Scope(account, bool(livemode))
    return IdempotencyRecord(scope, key, bytes(fingerprint), status, bytes(body), request_id, created)
