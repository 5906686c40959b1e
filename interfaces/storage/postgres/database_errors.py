"""Errors of PostgreSQL and its driver: the sentence for users, and the cause for the log."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import psycopg

from domain.errors import StoreUnavailable
from interfaces.storage.postgres.address import SETTING, TOO_MANY, UNREACHABLE, refusal

log = logging.getLogger("reportrun.database")

QUIET_SECONDS = 10.0
"""How long the same cause is not logged again: in an outage every request meets it."""

TRANSLATED = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.ReadOnlySqlTransaction,
    psycopg.errors.IdleInTransactionSessionTimeout,
    TimeoutError,
)
"""Errors of a database that cannot do what was asked now. Others are mistakes of this program."""

_NO_ANSWER = "The database did not answer in time. Try again in a moment."

_SENTENCES = {
    "25006": f"The database is read-only now, as a standby is. Check that {SETTING} names the primary.",
    "25P03": "The database ended the transaction, because this process was idle in it for too long. Try again.",
    "40P01": "The database ended this change, because it and another one waited for each other (deadlock). Nothing of "
    "it was stored. Try again.",
    "40": "The database ended this change, because another one changed the same rows. Nothing of it was stored. Try "
    "again.",
    "53100": "The disk of the database is full. Free some space there.",
    "53200": "The database has no memory left for this. Try again in a moment.",
    "53300": TOO_MANY,
    "55P03": "The database did not give a lock within its lock_timeout. Try again in a moment.",
    "57014": "The database ended a statement that took longer than its statement_timeout, or that was cancelled there. "
    "Try again in a moment.",
    "58": "The database cannot use its files now. Its own log says why.",
}
"""SQLSTATE, or how it begins -> what it means. All others: the connection was lost, or the server is stopping."""


class CauseLog:
    """Logs the causes of failures: the class of the error and its SQLSTATE. Messages may hold rows or a password."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._logged: dict[tuple[str, str | None], float] = {}

    def warn(self, error: Exception) -> None:
        """Log the cause, unless the same was logged within `QUIET_SECONDS`."""
        cause = type(error).__name__, _state(error)
        with self._lock:
            now = self._clock()
            if now - self._logged.get(cause, -QUIET_SECONDS) < QUIET_SECONDS:
                return
            self._logged[cause] = now
        log.warning("The database failed with %s, SQLSTATE %s.", cause[0], cause[1] or "none")


_CAUSES = CauseLog()


def translated(error: Exception) -> StoreUnavailable:
    """What an error of a statement, of the connection, or a timeout is translated into. Logs the cause."""
    _CAUSES.warn(error)
    return StoreUnavailable(sentence_of(error))


def refused(error: Exception) -> StoreUnavailable:
    """The same for an attempt to connect, where the driver gives a text and mostly no SQLSTATE."""
    _CAUSES.warn(error)
    return StoreUnavailable(refusal(error))


def sentence_of(error: Exception) -> str:
    """The sentence for users, with the SQLSTATE where the database gave one."""
    state = _state(error)
    if state is None:
        return _NO_ANSWER if type(error) is TimeoutError else UNREACHABLE
    sentence = _SENTENCES.get(state) or _SENTENCES.get(state[:2]) or UNREACHABLE
    return f"{sentence} (SQLSTATE {state})"


def _state(error: Exception) -> str | None:
    return error.sqlstate if isinstance(error, psycopg.Error) else None
