"""Holds of backups: while a backup copies a ledger, no vacuum removes files of it.

A hold is a small file in `.holds/` of the ledger's folder or bucket, which names the process that holds. It is renewed
while the backup goes on, so that the hold of a backup that was killed ends by itself.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from domain.errors import LedgerRefused, StoreUnavailable
from domain.ids import random_id
from domain.instants import utc_text

if TYPE_CHECKING:
    from obstore.store import ObjectStore

HOLDS = ".holds"

HELD_SECONDS = 300.0
"""A hold that was not renewed for so long has ended."""

RENEWALS = 5
"""How often a hold is renewed in that time."""

log = logging.getLogger("reportrun.ledger")


class Hold(NamedTuple):
    """Who holds a ledger. since, until: Unix seconds"""

    host: str
    pid: int
    since: float
    until: float


class BackupHold:
    """The hold of this process, from `take` to `release`."""

    def __init__(self, store: ObjectStore, held_seconds: float) -> None:
        self._store = store
        self._held_seconds = held_seconds
        self._path = f"{HOLDS}/{random_id('hold')}.json"
        self._since = time.time()
        self._until = self._since
        self._has_lapsed = False
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._renew, name="backup hold", daemon=True)

    def take(self) -> None:
        """Raises `StoreUnavailable` when the ledger cannot be written to."""
        self._put()
        self._thread.start()

    def release(self) -> None:
        """End the hold. One that cannot be removed ends by itself."""
        import obstore
        from obstore.exceptions import BaseError

        self._ending.set()
        self._thread.join()
        self._look_whether_lapsed()
        try:
            obstore.delete(self._store, self._path)
        except (BaseError, OSError) as trouble:
            log.warning(
                "The hold on the ledger ends in %.0f s: it could not be removed. %s", self._held_seconds, trouble
            )

    def must_have_lasted(self) -> None:
        """Raises `StoreUnavailable` when the hold could not be renewed in time, so that a vacuum may have run."""
        if self._has_lapsed:
            raise StoreUnavailable(
                f"The backup could not renew its hold on the ledger for more than {self._held_seconds:.0f} seconds, so "
                "a vacuum may have removed files. Back up again into the same folder: new files alone are copied."
            )

    def _renew(self) -> None:
        while not self._ending.wait(self._held_seconds / RENEWALS):
            self._look_whether_lapsed()
            try:
                self._put()
            except StoreUnavailable as trouble:
                log.warning("The hold on the ledger could not be renewed now. %s", trouble.__cause__)

    def _put(self) -> None:
        import obstore
        from obstore.exceptions import BaseError

        until = time.time() + self._held_seconds
        hold = Hold(socket.gethostname(), os.getpid(), self._since, until)
        try:
            obstore.put(self._store, self._path, json.dumps(hold._asdict()).encode())
        except (BaseError, OSError) as error:
            raise StoreUnavailable("The ledger cannot be written to, so a backup cannot hold it.") from error
        self._until = until

    def _look_whether_lapsed(self) -> None:
        self._has_lapsed |= time.time() > self._until


@contextmanager
def backup_hold(root: str, held_seconds: float = HELD_SECONDS) -> Iterator[BackupHold]:
    """Hold the ledger below a folder or the URL of one in a bucket. Raises `StoreUnavailable`."""
    hold = BackupHold(_store(root), held_seconds)
    hold.take()
    try:
        yield hold
    finally:
        hold.release()


def must_not_be_held(root: str) -> None:
    """Raises `LedgerRefused`, which names the process that holds the ledger, and `StoreUnavailable`."""
    now = time.time()
    for hold in _holds(root):
        if hold.until > now:
            raise LedgerRefused(
                f"A backup on {hold.host} (process {hold.pid}), begun at {utc_text(int(hold.since))}, copies the files "
                "of this ledger. Vacuum when it has ended; if it was killed, its hold ends by itself at "
                f"{utc_text(int(hold.until))}."
            )


def _holds(root: str) -> Sequence[Hold]:
    import obstore
    from obstore.exceptions import BaseError

    store = _store(root)
    try:
        paths = [one["path"] for batch in obstore.list(store, prefix=HOLDS) for one in batch]
        found = [_read(store, path) for path in paths]
    except (BaseError, OSError) as trouble:
        raise StoreUnavailable("The holds on the ledger cannot be read now. Try again in a moment.") from trouble
    return [hold for hold in found if hold is not None]


def _read(store: ObjectStore, path: str) -> Hold | None:
    """None for a hold that was released meanwhile."""
    import obstore

    try:
        return Hold(**json.loads(bytes(obstore.get(store, path).bytes())))
    except FileNotFoundError:
        return None


def _store(root: str) -> ObjectStore:
    from obstore.store import LocalStore, from_url

    return from_url(root) if "://" in root else LocalStore(root, mkdir=True)
