"""Whether a place that holds files, a folder or a bucket, can be reached now."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NoReturn

from domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from obstore.store import ClientConfig

LOOK_SECONDS = 5
"""How long a bucket may take to answer."""

_NO_RIGHT_TO_LIST = "AccessDenied"
"""The storage knows who asks. Result files do not need this right."""

_CREDENTIALS = ("The storage refuses these credentials.", "See the variables AWS_ACCESS_KEY_ID and others.")

_REASONS = {
    "NoSuchBucket": ("There is no such bucket.", "Make it, or name another."),
    "InvalidAccessKeyId": _CREDENTIALS,
    "SignatureDoesNotMatch": _CREDENTIALS,
    "ExpiredToken": _CREDENTIALS,
    "AccessDenied": ("The storage refuses access.", "Give these credentials the right to read, write and list."),
}
"""What the storage says, and what that means for the operator."""

_UNREACHABLE = ("The storage does not answer.", "See that it runs, and the variables AWS_ENDPOINT_URL and AWS_REGION.")


def must_be_reachable(place: str, what: str) -> None:
    """Raises `StoreUnavailable` with a sentence that names the place, and the remedy.

    place  a folder's path, or a bucket's address; one request is sent to a bucket, and none again
    what   what lies there
    """
    if "://" in place:
        _must_answer(place, what)
    else:
        _must_be_readable(place, what)


def _must_be_readable(folder: str, what: str) -> None:
    try:
        with os.scandir(folder) as entries:
            next(entries, None)
    except OSError as trouble:
        _refuse(what, folder, f"{trouble.strerror}.", "See that its disk is mounted, and that this user may read it.")


def _must_answer(bucket: str, what: str) -> None:
    import obstore
    from obstore.exceptions import BaseError
    from obstore.store import from_url

    http = os.environ.get("AWS_ALLOW_HTTP", "").lower() in ("true", "1")  # not read where there are other options
    seconds = f"{LOOK_SECONDS}s"
    limits: ClientConfig = {"timeout": seconds, "connect_timeout": seconds, "allow_http": http}
    try:
        store = from_url(bucket, retry_config={"max_retries": 0}, client_options=limits)
        next(iter(obstore.list(store, chunk_size=1)), None)
    except (BaseError, FileNotFoundError) as trouble:
        if _NO_RIGHT_TO_LIST not in str(trouble):
            _refuse(what, bucket, *reason_of(trouble))


def reason_of(trouble: Exception) -> tuple[str, str]:
    """What is wrong with a bucket, and the remedy: a library's error quotes requests, and is pages long."""
    said = str(trouble)
    return next((reason for sign, reason in _REASONS.items() if sign in said), _UNREACHABLE)


def _refuse(what: str, place: str, why: str, remedy: str) -> NoReturn:
    raise StoreUnavailable(f"{what} in {place} cannot be reached. {why} {remedy}") from None
