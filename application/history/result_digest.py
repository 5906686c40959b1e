"""The digest of a result as it is stored now."""

from __future__ import annotations

import hashlib

from application.ports.results import ResultStore
from domain.errors import ResultDamaged


async def stored_digest(results: ResultStore, file_id: str, size: int) -> str:
    """The SHA-256 of a result's stored bytes, hex. Raises `NotFound` when they are gone.

    size  on record; one more byte is read, so that what was appended is found
    """
    digest = hashlib.sha256()
    async for chunk in results.read(file_id, 0, size + 1):
        digest.update(chunk)
    return digest.hexdigest()


async def must_be_on_record(results: ResultStore, file_id: str, size: int, sha256: str) -> None:
    """Raises `ResultDamaged` unless a result's stored bytes are those on record, `NotFound` when they are gone."""
    stored = await stored_digest(results, file_id, size)
    if stored != sha256:
        raise ResultDamaged(file_id, stored, sha256)
