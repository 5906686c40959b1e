"""A live server for the documents: its addresses, and the examples that call it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.server import SampleInstallation, install, serving


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> SampleInstallation:
    return install(tmp_path_factory.mktemp("documents"))


@pytest.fixture(scope="session")
def address(installation: SampleInstallation) -> Iterator[str]:
    with serving(installation.data) as address:
        yield address
