"""Opened stores in a folder of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from application.views.registry import PROJECTIONS
from interfaces.composition.installation import Installation
from interfaces.composition.stores import Stores
from interfaces.settings import Settings
from interfaces.storage.sql.views.views import VERSION


@contextmanager
def stores_in(folder: Path, database_url: str = "") -> Iterator[Stores]:
    """The stores of a folder, or of a migrated PostgreSQL database."""
    with Installation(Settings(data=folder, database_url=database_url, database_pool_size=2)) as installation:
        yield installation.stores


def every_row(stores: Stores, version: str = VERSION) -> dict[str, Sequence[Mapping[str, object]]]:
    """Every row of every view, and every position, as one version of the program has them."""
    reader = stores.store.database.reader
    names = [kind.name for kind in PROJECTIONS]
    tables = {
        name: [dict(row) for row in asyncio.run(reader.all(f"select * from {name}{version} order by 1, 2", {}))]
        for name in names
    }
    own = [row for row in positions(stores) if row["view"] in {name + version for name in names}]
    return {**tables, "positions": own}


def positions(stores: Stores) -> Sequence[Mapping[str, object]]:
    """The position of every view, and of every copy."""
    rows = asyncio.run(stores.store.database.reader.all("select * from positions order by 1", {}))
    return [dict(row) for row in rows]
