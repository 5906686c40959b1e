"""Two webhook endpoints of a site, and receivers that keep what they accept, while deliverers are killed."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from application.webhooks.endpoint_commands import CreateEndpoint
from interfaces.composition.installation import Installation
from interfaces.composition.webhooks import endpoint_administration
from interfaces.settings import Settings
from tests.support.processes import until
from tests.support.receiver import Received, Receiver, receiving, status
from tests.support.site import Site

RECEIVERS = 2

REFUSED = 5
"""Of so many requests, one is answered 500: it must come again."""

SILENT_SECONDS = 30.0
"""Deliveries of which none comes in this time are lost."""


class FlakyReceiver:
    """Accepts most of what comes, and keeps what it has accepted."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._count = 0
        self.accepted: list[str] = []
        receiver.replies = [self._reply]

    @property
    def url(self) -> str:
        return self._receiver.url

    async def _reply(self, writer: asyncio.StreamWriter, received: Received) -> None:
        self._count += 1
        if self._count % REFUSED == 0:
            await status(500)(writer, received)
            return
        self.accepted.append(received.event_id)  # before the answer: the deliverer may be killed at any moment
        await status(200)(writer, received)


class Endpoints:
    def __init__(self, receivers: Sequence[FlakyReceiver]) -> None:
        self._receivers = receivers

    @property
    def deliveries(self) -> int:
        return sum(len(receiver.accepted) for receiver in self._receivers)

    @property
    def repeated(self) -> int:
        """How many deliveries came more than once."""
        return sum(len(receiver.accepted) - len(set(receiver.accepted)) for receiver in self._receivers)

    def untold(self, events: Collection[str]) -> list[str]:
        """The events that a receiver has not accepted, after waiting for as long as some come."""

        def missing() -> list[str]:
            return [event for receiver in self._receivers for event in sorted({*events} - {*receiver.accepted})]

        while before := missing():
            try:
                until(lambda before=before: missing() != before, "no delivery comes", SILENT_SECONDS)  # type: ignore[misc]
            except AssertionError:
                return before
        return []


@contextmanager
def endpoints_of(site: Site) -> Iterator[Endpoints]:
    """Endpoints that select every event of runs; the site's server must not have been started."""
    with ExitStack() as stack:
        receivers = [FlakyReceiver(stack.enter_context(receiving())) for _ in range(RECEIVERS)]
        settings = Settings(data=site.data, database_url=site.database_url, database_pool_size=1)
        settings = replace(settings, webhook_networks=("127.0.0.0/8",))
        with Installation(settings) as installation:
            for receiver in receivers:
                command = CreateEndpoint(site.scope, "cli:test", receiver.url, ["*"])
                asyncio.run(endpoint_administration(installation).create(command))
        yield Endpoints(receivers)
