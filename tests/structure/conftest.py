"""A live server for the documents: its addresses, and the examples that call it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.server import Installation, install, serving


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return install(tmp_path_factory.mktemp("documents"))


@pytest.fixture(scope="session")
def address(installation: Installation) -> Iterator[str]:
    with serving(installation.data) as address:
        yield address
