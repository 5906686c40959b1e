"""Finds which files of a ledger are missing, by their names alone: nothing is downloaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from domain.errors import StoreUnavailable


def missing_of(uris: Sequence[str]) -> list[str]:
    """Those of paths and `s3://` addresses that name no file. Raises `StoreUnavailable`."""
    there = {folder: set(_names_in(folder)) for folder in {_folder_of(uri) for uri in uris if "://" in uri}}
    return [uri for uri in uris if not (uri in there[_folder_of(uri)] if "://" in uri else Path(uri).exists())]


def _folder_of(uri: str) -> str:
    return uri.rpartition("/")[0]


def _names_in(folder: str) -> Iterator[str]:
    """The addresses of all objects in a folder of a bucket: one request for up to a thousand of them."""
    import obstore
    from obstore.exceptions import BaseError
    from obstore.store import from_url

    address = urlsplit(folder)
    bucket = f"{address.scheme}://{address.netloc}"
    try:
        for page in obstore.list(from_url(bucket), prefix=address.path.lstrip("/")):
            yield from (f"{bucket}/{found['path']}" for found in page)
    except BaseError as trouble:
        raise StoreUnavailable("The files of the ledger cannot be listed now. Try again in a moment.") from trouble
