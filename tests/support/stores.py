"""Opened stores in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from interfaces.settings import Settings
from interfaces.wiring import Stores, open_stores


@contextmanager
def stores_in(folder: Path) -> Iterator[Stores]:
    stores = open_stores(Settings(data=folder))
    try:
        yield stores
    finally:
        stores.close()
