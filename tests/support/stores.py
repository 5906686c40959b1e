"""Opened stores in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from interfaces.settings import Settings
from interfaces.wiring import Stores, open_stores


@contextmanager
def stores_in(folder: Path, database_url: str = "") -> Iterator[Stores]:
    """The stores of a folder, or of a migrated PostgreSQL database."""
    stores = open_stores(Settings(data=folder, database_url=database_url, database_pool_size=2))
    try:
        yield stores
    finally:
        stores.close()
