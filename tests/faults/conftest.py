"""Sites on both stores. Processes are found in /proc, so all of this runs on Linux only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.site import Site, site_in

collect_ignore_glob = [] if sys.platform == "linux" else ["test_*"]


@pytest.fixture
def sqlite_site(tmp_path: Path) -> Iterator[Site]:
    with site_in(tmp_path) as site:
        yield site


@pytest.fixture
def postgres_site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    with site_in(tmp_path, database_url) as site:
        yield site


@pytest.fixture(params=["sqlite", "postgres"])
def site(request: pytest.FixtureRequest) -> Site:
    return request.getfixturevalue(f"{request.param}_site")  # type: ignore[no-any-return]
