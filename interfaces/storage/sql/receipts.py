"""Receipts in a table beside the log."""

from __future__ import annotations

from typing import Any

from application.receipts import Receipt
from domain.caller import Scope
from interfaces.storage.sql.database import Database
from interfaces.storage.sql.statements import statements


class SqlReceipts:
    def __init__(self, database: Database) -> None:
        """database  the one that the log is in"""
        self._database = database
        self._sql = statements("receipts.sql")

    async def get(self, scope: Scope, key: str) -> Receipt | None:
        values = {"account": scope.account, "livemode": int(scope.livemode), "key": key}
        row = await self._database.reader.one(self._sql["get"], values)
        if row is None:
            return None
        return Receipt(
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


def receipt_values(receipt: Receipt) -> dict[str, Any]:
    """A receipt as its row."""
    return {
        "account": receipt.scope.account,
        "livemode": int(receipt.scope.livemode),
        "key": receipt.key,
        "fingerprint": receipt.fingerprint,
        "status": receipt.status,
        "body": receipt.body,
        "request_id": receipt.request_id,
        "created": receipt.created,
    }
