"""An installation, and its API within the test's own process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.support.in_process import InProcess, in_process
from tests.support.server import SampleInstallation, install


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> SampleInstallation:
    return install(tmp_path_factory.mktemp("installation"))


@pytest.fixture(scope="module")
def opened(installation: SampleInstallation) -> Iterator[Installation]:
    with Installation(Settings(data=installation.data)) as opened:
        yield opened


@pytest.fixture(scope="module")
def api(opened: Installation) -> Iterator[InProcess]:
    with in_process(opened) as asked:
        yield asked
