"""The API within the test's own process, without sockets or workers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from interfaces.composition.installation import Installation
from interfaces.composition.server import server
from interfaces.http.edge.gate import Gate
from interfaces.settings import Settings
from tests.support.server import SampleInstallation, install


class InProcess:
    """Asks an API in this process, one question at a time."""

    def __init__(self, gate: Gate, loop: asyncio.AbstractEventLoop) -> None:
        self.gate = gate
        self._loop = loop
        self._client = _client(gate)

    def __call__(self, method: str, url: str, *, key: str | None = None, **more: Any) -> httpx.Response:
        return self._ask(self._client, method, url, key, more)

    def ask(self, gate: Gate, method: str, url: str, *, key: str | None = None, **more: Any) -> httpx.Response:
        """Ask another API, that stands on the same services."""
        return self._ask(_client(gate), method, url, key, more)

    def _ask(
        self, client: httpx.AsyncClient, method: str, url: str, key: str | None, more: dict[str, Any]
    ) -> httpx.Response:
        headers = {**({"Authorization": f"Bearer {key}"} if key else {}), **more.pop("headers", {})}
        return self._loop.run_until_complete(client.request(method, url, headers=headers, **more))


def _client(gate: Gate) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(gate), base_url="http://reports")


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> SampleInstallation:
    return install(tmp_path_factory.mktemp("installation"))


@pytest.fixture(scope="session")
def api(installation: SampleInstallation) -> Iterator[InProcess]:
    with Installation(Settings(data=installation.data)) as opened, running(server(opened)) as asked:
        yield asked


@contextmanager
def running(gate: Gate) -> Iterator[InProcess]:
    loop = asyncio.new_event_loop()
    lifespan = gate.beside.router.lifespan_context(gate.beside)
    loop.run_until_complete(lifespan.__aenter__())
    try:
        yield InProcess(gate, loop)
    finally:
        loop.run_until_complete(lifespan.__aexit__(None, None, None))
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
