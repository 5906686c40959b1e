"""The API within the test's own process, without sockets or workers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.types import ASGIApp

from interfaces.composition.installation import Installation
from interfaces.composition.server import server
from interfaces.http.edge.middleware import Edge


class InProcess:
    """Asks an API in this process, one question at a time."""

    def __init__(self, edge: Edge, loop: asyncio.AbstractEventLoop) -> None:
        self.edge = edge
        self.loop = loop
        self._client = _client(edge)

    def __call__(self, method: str, url: str, *, key: str | None = None, **more: Any) -> httpx.Response:
        return self._ask(self._client, method, url, key, more)

    def ask(self, edge: ASGIApp, method: str, url: str, *, key: str | None = None, **more: Any) -> httpx.Response:
        """Ask another API, that stands on the same services."""
        return self._ask(_client(edge), method, url, key, more)

    def _ask(
        self, client: httpx.AsyncClient, method: str, url: str, key: str | None, more: dict[str, Any]
    ) -> httpx.Response:
        headers = {**({"Authorization": f"Bearer {key}"} if key else {}), **more.pop("headers", {})}
        return self.loop.run_until_complete(client.request(method, url, headers=headers, **more))


def _client(edge: ASGIApp) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="http://reports")


@asynccontextmanager
async def nothing_started(app: FastAPI) -> AsyncIterator[None]:
    """The lifespan of an app whose services run already, or are not needed."""
    yield


@contextmanager
def in_process(installation: Installation) -> Iterator[InProcess]:
    """Asks the API of an opened installation."""
    edge = server(installation)
    assert isinstance(edge, Edge)
    with running(edge) as asked:
        yield asked


@contextmanager
def running(edge: Edge) -> Iterator[InProcess]:
    loop = asyncio.new_event_loop()
    lifespan = edge.app.router.lifespan_context(edge.app)
    loop.run_until_complete(lifespan.__aenter__())
    try:
        yield InProcess(edge, loop)
    finally:
        loop.run_until_complete(lifespan.__aexit__(None, None, None))
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
