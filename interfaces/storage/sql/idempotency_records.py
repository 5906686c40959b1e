"""Idempotency records in a table of the log's database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from application.log.idempotency_records import Append, IdempotencyRecord
from domain.access.caller import Scope
from interfaces.storage.sql.database import Database
from interfaces.storage.sql.statements import statements


class SqlIdempotencyRecords:
    def __init__(self, database: Database) -> None:
        """database  the log's"""
        self._database = database
        self._sql = statements("idempotency_records.sql")

    async def get(self, scope: Scope, key: str) -> IdempotencyRecord | None:
        values = {"account": scope.account, "livemode": int(scope.livemode), "key": key}
        row = await self._database.reader.one(self._sql["get"], values)
        if row is None:
            return None
        return IdempotencyRecord(
            scope=scope,
            key=key,
            fingerprint=bytes(row["fingerprint"]),
            status=row["status"],
            body=bytes(row["body"]),
            request_id=row["request_id"],
            created=row["created"],
        )

    def sweep(self, before: int) -> None:
        writer = self._database.writer
        with writer.transaction():
            writer.execute(self._sql["sweep"], {"before": before})


def recorded(appends: Sequence[Append], rows: Iterable[Sequence[Any]]) -> dict[int, IdempotencyRecord]:
    """Place in a group -> the stored record of its key. rows: of the columns `COLUMNS`"""
    stored = {(record.scope, record.key): record for record in map(record_of, rows)}
    wanted = [(append.record.scope, append.record.key) if append.record else None for append in appends]
    return {place: stored[key] for place, key in enumerate(wanted) if key in stored}


COLUMNS = ("account", "livemode", "key", "fingerprint", "status", "body", "request_id", "created")
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
