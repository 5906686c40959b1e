"""Errors of the folder or bucket of a ledger -> sentences that name the reason and the remedy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from domain.errors import LedgerBusy, StoreUnavailable
from interfaces.host.disk.disk_errors import disk_reason_of
from interfaces.host.places import reason_of

_EXISTS = "already exists at that location"


class LedgerUnreachable(StoreUnavailable):
    """A ledger's folder or bucket cannot be read now: nothing is known about its files."""


def unreachable(uri: str, trouble: Exception) -> LedgerUnreachable:
    """The place is not named: callers of the API read the sentence."""
    place = "bucket" if "://" in uri else "folder"
    return LedgerUnreachable(f"The {place} of the ledger cannot be read now. {_reason(uri, trouble)}")


def unremovable(uri: str, trouble: Exception) -> StoreUnavailable:
    """Files of the table in a folder or bucket cannot be removed."""
    return StoreUnavailable(f"Files of the ledger cannot be removed now, in {uri}. {_sentences(uri, trouble)}")


def unlistable(uri: str, trouble: Exception) -> StoreUnavailable:
    """The files of the table in a bucket cannot be listed."""
    return StoreUnavailable(f"The files of the ledger cannot be listed now, in {uri}. {_sentences(uri, trouble)}")


@contextmanager
def write_errors(uri: str) -> Iterator[None]:
    """Around what writes to the table in a folder or bucket. Translates errors.

    Raises `LedgerBusy` where another load has committed meanwhile, and `StoreUnavailable` for all else: the load lock
    does not hold other machines off a bucket.
    """
    from deltalake.exceptions import CommitFailedError, DeltaError

    try:
        yield
    except CommitFailedError as error:
        raise (_unwritable(uri, error) if _is_of_storage(error) else LedgerBusy()) from error
    except DeltaError as error:
        raise (LedgerBusy() if _EXISTS in str(error) else _unwritable(uri, error)) from error
    except OSError as error:
        raise _unwritable(uri, error) from error


def _unwritable(uri: str, trouble: Exception) -> StoreUnavailable:
    return StoreUnavailable(f"The ledger cannot be written to now, in {uri}. {_reason(uri, trouble)}")


def _reason(uri: str, trouble: Exception) -> str:
    reason = reason_of(trouble) if "://" in uri and _is_of_storage(trouble) else disk_reason_of(trouble)
    return " ".join(filter(None, reason or ("`reportrun doctor` says what is wrong with it.",)))


def _sentences(uri: str, trouble: Exception) -> str:
    """Reason and remedy of what failed in the storage itself."""
    return " ".join(filter(None, reason_of(trouble) if "://" in uri else disk_reason_of(trouble) or ()))


def _is_of_storage(trouble: Exception) -> bool:
    """Whether the folder or the bucket failed, not what was asked of it."""
    return isinstance(trouble, OSError) or disk_reason_of(trouble) is not None or "S3 error" in str(trouble)
