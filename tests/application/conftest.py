"""Webhooks on every store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from interfaces.testing.memory.store import open_memory
from tests.support.stores import stores_in
from tests.support.webhooks import WebhookSite


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[WebhookSite]:
    """What webhooks need, in memory, on SQLite and on PostgreSQL."""
    if request.param == "memory":
        yield WebhookSite(open_memory())
        return
    url = request.getfixturevalue("database_url") if request.param == "postgres" else ""
    with stores_in(tmp_path, url) as stores:
        yield WebhookSite(stores)
