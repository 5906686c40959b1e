"""The lock of a ledger in a bucket, which the users of a machine share."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from domain.errors import LedgerBusy
from interfaces.ledger.delta.load_lock import load_lock_of_all_users

NOBODY = 65534


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder like the system's temporary one; that of the tests is closed to other users."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o1777)
        yield Path(folder)


@contextmanager
def as_another_user() -> Iterator[None]:
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act for other users")
def test_a_load_of_another_user_is_waited_for_and_its_lock_can_be_taken_afterwards(shared: Path) -> None:
    lock, before = shared / "bucket.lock", os.umask(0o077)
    try:
        with load_lock_of_all_users(lock), as_another_user(), pytest.raises(LedgerBusy):
            load_lock_of_all_users(lock).__enter__()
        with as_another_user(), load_lock_of_all_users(lock), pytest.raises(LedgerBusy):
            load_lock_of_all_users(lock).__enter__()
    finally:
        os.umask(before)

    assert lock.stat().st_mode & 0o777 == 0o644


def test_what_a_link_leads_to_is_not_touched(shared: Path) -> None:
    (shared / "bucket.lock").symlink_to(shared / "elsewhere")

    with pytest.raises(OSError, match="symbolic links"):
        load_lock_of_all_users(shared / "bucket.lock").__enter__()

    assert not (shared / "elsewhere").exists()
