"""The queue of pending runs in a SQLite file of its own: taking a run does not wait for views, nor they for it."""

from __future__ import annotations

from pathlib import Path

from interfaces.storage.sql.statements import statements
from interfaces.storage.sqlite.data_files import QUEUE
from interfaces.storage.sqlite.database import SqliteWriter


class SqliteQueueFile(SqliteWriter):
    """Creates the tables that are missing."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / QUEUE)
        with self.transaction():
            for file in ("queue/queue.sql", "queue/workers.sql"):
                for name, text in statements(file).items():
                    if name.startswith("create "):
                        self.execute(text)

    def compact(self) -> None:
        """Nothing to do: SQLite keeps no dead rows."""
