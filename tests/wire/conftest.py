"""One live server for all tests of this folder, and the official client that talks to it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from stripe import StripeClient

from tests.support.server import Installation, install, serving


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return install(tmp_path_factory.mktemp("installation"))


@pytest.fixture(scope="session")
def address(installation: Installation) -> Iterator[str]:
    with serving(installation.data) as address:
        yield address


@pytest.fixture
def client(installation: Installation, address: str) -> StripeClient:
    return stripe_client(installation.test_key, address)


@pytest.fixture
def http(installation: Installation, address: str) -> Iterator[httpx.Client]:
    """Plain HTTP with the test key, for what no official client sends."""
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {installation.test_key}"}) as client:
        yield client


def stripe_client(key: str, address: str) -> StripeClient:
    return StripeClient(key, base_addresses={"api": address, "files": address}, max_network_retries=0)
