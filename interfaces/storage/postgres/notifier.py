"""Notifies of new events by LISTEN and NOTIFY; a lost connection counts as a notification."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

import psycopg

from domain.errors import StoreUnavailable
from interfaces.storage.postgres.connection import Connection, connect
from interfaces.storage.postgres.events import CHANNEL

LOOK_SECONDS = 0.1
"""How long one wait for a notification lasts; between two of them, `wake` takes effect."""

LOCK_SECONDS = 1
"""How long one wait for the lock of the leader lasts, likewise."""

LEADER_LOCK = 7_283_004
"""The advisory lock of the leader, the idle process that waits for events."""

PROJECTING_LOCK = 7_283_005
"""The advisory lock of the server that projects."""


_HOLD = "select pg_try_advisory_lock(%s) as is_held"


class PostgresLogNotifier:
    def __init__(self, url: str) -> None:
        self._url = url
        self._woken = threading.Event()
        self._connection: Connection | None = None
        self._is_projecting = False  # as long as the connection lasts

    def wait(self, timeout_seconds: float) -> None:
        deadline = time.monotonic() + timeout_seconds
        while not self._woken.is_set() and time.monotonic() < deadline:
            if self._notified():
                return
        self._woken.clear()

    def wake(self) -> None:
        self._woken.set()

    def is_projecting(self) -> bool:
        if not self._is_projecting:
            try:
                held = self._listening().execute(_HOLD, (PROJECTING_LOCK,)).fetchone()
            except (StoreUnavailable, psycopg.Error):
                self.close()
                return False
            self._is_projecting = held is not None and held["is_held"]
        return self._is_projecting

    def acquire_leader_lock(self, timeout_seconds: float) -> bool:
        deadline = time.monotonic() + timeout_seconds
        while not self._woken.is_set() and time.monotonic() < deadline:
            if self._is_lock_acquired():
                return True
        return False

    def release_leader_lock(self) -> None:
        """A lock that is not released ends with its connection."""
        try:
            self._listening().execute("select pg_advisory_unlock(%s)", (LEADER_LOCK,))
        except (StoreUnavailable, psycopg.Error):
            self.close()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            self._is_projecting = False

    def _notified(self) -> bool:
        """Wait for a notification; also true after connecting, since earlier ones were missed."""
        try:
            if self._connection is None:
                self._listening()
                return True
            return bool(list(self._connection.notifies(timeout=LOOK_SECONDS, stop_after=1)))  # all that have come
        except (StoreUnavailable, psycopg.Error):
            self._reconnect_later()
            return True

    def _is_lock_acquired(self) -> bool:
        """Wait for the lock of the leader, for up to `LOCK_SECONDS`."""
        is_acquired = False
        try:
            connection = self._listening()
            with suppress(psycopg.errors.LockNotAvailable):
                connection.execute("select pg_advisory_lock(%s)", (LEADER_LOCK,))
                is_acquired = True
            for _ in connection.notifies(timeout=0):
                pass  # the connection would keep in memory what came meanwhile
        except (StoreUnavailable, psycopg.Error):
            self._reconnect_later()
            return False
        return is_acquired

    def _listening(self) -> Connection:
        if self._connection is None:
            self._connection = connect(self._url)
            self._connection.execute(f"listen {CHANNEL}")
            self._connection.execute(f"set lock_timeout = '{LOCK_SECONDS}s'")
        return self._connection

    def _reconnect_later(self) -> None:
        self.close()
        self._woken.wait(LOOK_SECONDS)
