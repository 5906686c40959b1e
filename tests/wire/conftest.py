"""One live server for all tests of this folder, and the official client that talks to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from stripe import StripeClient

from tests.support.client import REPLY_SECONDS, client_at
from tests.support.official import create, finished, plain, stripe_client
from tests.support.server import LIVE_ONLY, SampleInstallation, install, serving


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> SampleInstallation:
    return install(tmp_path_factory.mktemp("installation"))


@pytest.fixture(scope="session")
def address(installation: SampleInstallation) -> Iterator[str]:
    with serving(installation.data, live_only_types=LIVE_ONLY) as address:
        yield address


@pytest.fixture
def client(installation: SampleInstallation, address: str) -> StripeClient:
    return stripe_client(installation.test_key, address)


@pytest.fixture(scope="session")
def web(address: str) -> Iterator[httpx.Client]:
    """Plain HTTP without a key."""
    with httpx.Client(base_url=address, timeout=REPLY_SECONDS) as client:
        yield client


@pytest.fixture(scope="session")
def http(installation: SampleInstallation, address: str) -> Iterator[httpx.Client]:
    """Plain HTTP with the test key, for what no official client sends."""
    with client_at(address, installation.test_key) as client:
        yield client


@pytest.fixture(scope="session")
def finished_run(installation: SampleInstallation, address: str) -> dict[str, Any]:
    """The body of a run that has succeeded."""
    client = stripe_client(installation.test_key, address)
    return plain(finished(client, create(client).id))
