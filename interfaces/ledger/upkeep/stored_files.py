"""The data files that lie in a table's folder, whether a version has them or not; and removing some."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from interfaces.ledger.delta.storage_errors import unlistable, unremovable


@dataclass(frozen=True, slots=True)
class StoredFile:
    """uri  as `DataFile` has it; size  in bytes; written  Unix seconds"""

    uri: str
    size: int
    written: float


def stored_files(table: str) -> list[StoredFile]:
    """The Parquet files of a table, below its folder or its URL in a bucket. Raises `StoreUnavailable`."""
    return _in_bucket(table) if "://" in table else _in_folder(Path(table))


def remove_files(table: str, files: Sequence[StoredFile]) -> None:
    """Raises `StoreUnavailable`; some of the files may be gone then."""
    if "://" not in table:
        try:
            for file in files:
                Path(file.uri).unlink(missing_ok=True)
        except OSError as trouble:
            raise unremovable(table, trouble) from trouble
    elif files:
        _remove_from_bucket(table, [file.uri for file in files])


def _in_folder(table: Path) -> list[StoredFile]:
    found = [path for path in table.rglob("*.parquet") if not path.relative_to(table).parts[0].startswith("_")]
    return [StoredFile(str(path), path.stat().st_size, path.stat().st_mtime) for path in found]


def _in_bucket(table: str) -> list[StoredFile]:
    import obstore
    from obstore.exceptions import BaseError
    from obstore.store import from_url

    address = urlsplit(table)
    bucket, folder = f"{address.scheme}://{address.netloc}", address.path.strip("/")
    try:
        listed = [one for batch in obstore.list(from_url(bucket), prefix=folder) for one in batch]
    except (BaseError, FileNotFoundError) as trouble:
        raise unlistable(table, trouble) from trouble
    return [
        StoredFile(f"{bucket}/{one['path']}", one["size"], one["last_modified"].timestamp())
        for one in listed
        if one["path"].endswith(".parquet") and not one["path"].removeprefix(f"{folder}/").startswith("_")
    ]


def _remove_from_bucket(table: str, uris: Iterable[str]) -> None:
    import obstore
    from obstore.exceptions import BaseError
    from obstore.store import from_url

    address = urlsplit(table)
    bucket = f"{address.scheme}://{address.netloc}"
    try:
        obstore.delete(from_url(bucket), [uri.removeprefix(f"{bucket}/") for uri in uris])
    except (BaseError, FileNotFoundError) as trouble:  # the bucket is gone
        raise unremovable(table, trouble) from trouble
