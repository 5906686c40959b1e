"""Notices that the log has grown: PostgreSQL says so, and a look now and then covers what it did not say."""

from __future__ import annotations

import threading
import time

import psycopg

from domain.errors import StoreUnavailable
from interfaces.storage.postgres.connection import Connection, connect
from interfaces.storage.postgres.events import CHANNEL

LOOK_SECONDS = 0.1
"""How long one wait for a notification is; between two of them a wake-up of this process is noticed."""


class PostgresLogNotifier:
    def __init__(self, url: str) -> None:
        self._url = url
        self._woken = threading.Event()
        self._connection: Connection | None = None

    def wait(self, timeout_seconds: float) -> None:
        deadline = time.monotonic() + timeout_seconds
        while not self._woken.is_set() and time.monotonic() < deadline:
            if self._notified():
                return
        self._woken.clear()

    def wake(self) -> None:
        self._woken.set()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _notified(self) -> bool:
        """Wait a moment for a notification; where there is no connection, say that the log may have grown."""
        try:
            if self._connection is None:
                self._connection = connect(self._url)
                self._connection.execute(f"listen {CHANNEL}")
                return True
            return any(True for _ in self._connection.notifies(timeout=LOOK_SECONDS, stop_after=1))
        except (StoreUnavailable, psycopg.Error):
            self.close()
            self._woken.wait(LOOK_SECONDS)
            return True
