"""The console within the test's own process, and visitors that keep their cookies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.support.in_process import in_process
from tests.support.server import SampleInstallation, install

OWN = {"Sec-Fetch-Site": "same-origin"}

PUBLISHED = "http://reports"


class Visitor:
    """A browser as far as cookies and redirects go."""

    def __init__(self, edge: ASGIApp, loop: asyncio.AbstractEventLoop, before: str = "") -> None:
        """before: the path prefix that a proxy says"""
        self.edge = edge
        self.loop = loop
        said = {"X-Forwarded-Prefix": before} if before else {}
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url=PUBLISHED, headers=said)

    def get(self, url: str, **more: Any) -> httpx.Response:
        return self.loop.run_until_complete(self.client.get(url, **more))

    def post(self, url: str, data: Any = None, headers: dict[str, str] = OWN) -> httpx.Response:
        return self.loop.run_until_complete(self.client.post(url, data=data or {"": ""}, headers=headers))

    def sign_in(self, key: str) -> httpx.Response:
        return self.post("/console/sign-in", {"key": key})


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> SampleInstallation:
    return install(tmp_path_factory.mktemp("installation"))


@pytest.fixture(scope="session")
def opened(installation: SampleInstallation) -> Iterator[Installation]:
    with Installation(Settings(data=installation.data, audit_reads="all")) as opened:
        yield opened


NewVisitor = Callable[[], Visitor]


@contextmanager
def visitors_of(opened: Installation) -> Iterator[NewVisitor]:
    """Makes visitors of the console of an installation."""
    with in_process(opened) as asked:
        yield lambda: Visitor(asked.edge, asked.loop)


@pytest.fixture(scope="session")
def new_visitor(opened: Installation) -> Iterator[NewVisitor]:
    with visitors_of(opened) as new_visitor:
        yield new_visitor


@pytest.fixture
def visitor(new_visitor: NewVisitor) -> Visitor:
    return new_visitor()


@pytest.fixture
def admin(visitor: Visitor, installation: SampleInstallation) -> Visitor:
    """Signed in with a secret key of test mode."""
    assert visitor.sign_in(installation.test_key).status_code == 303
    return visitor


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> SampleInstallation:
    """An installation of one file of tests, which change it."""
    return install(tmp_path_factory.mktemp("place"))


@pytest.fixture(scope="module")
def store(place: SampleInstallation) -> Iterator[Installation]:
    with Installation(Settings(data=place.data)) as opened:
        yield opened


@pytest.fixture(scope="module")
def new_user(store: Installation) -> Iterator[NewVisitor]:
    with visitors_of(store) as new_user:
        yield new_user
