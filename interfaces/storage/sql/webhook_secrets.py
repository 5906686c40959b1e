"""The secrets of webhook endpoints in a table of the log's database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from application.ports.webhook_secrets import WebhookSecret
from interfaces.storage.sql.database import Database
from interfaces.storage.sql.statements import statements

COLUMNS = WebhookSecret._fields

TYPES: Mapping[str, type] = {"endpoint_id": str, "generation": int, "secret": str}
"""Of the values of each column. SQLite keeps a value of any type in any column."""


class SqlWebhookSecrets:
    def __init__(self, database: Database) -> None:
        """database  the log's: a later commit of an event makes these rows durable too"""
        self._writer = database.writer
        self._sql = statements("webhook_secrets.sql")

    def keep(self, secret: WebhookSecret) -> None:
        with self._writer.transaction():
            self._writer.execute(self._sql["keep"], secret._asdict())

    def of(self, endpoint_id: str, generations: Collection[int]) -> Sequence[str]:
        rows = self._writer.every(self._sql["of"], {"endpoint_id": endpoint_id})
        return [str(row["secret"]) for row in rows if row["generation"] in generations]

    def forget(self, endpoint_id: str) -> None:
        with self._writer.transaction():
            self._writer.execute(self._sql["forget"], {"endpoint_id": endpoint_id})
