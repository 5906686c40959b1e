"""The listener of a developer: forwards public events to one address, in their order, and keeps where it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Protocol

from application.ports.clock import Clock
from application.ports.webhook_sender import Answer, Outgoing, WebhookSender
from application.webhooks.event_stream import EventStream
from application.webhooks.public_event import PublicEvent
from domain.access.caller import Scope
from domain.webhooks.signatures import signature_headers

TRIES = 3
"""How often an event is sent that is answered, and not with success."""

PAUSES_SECONDS = (1.0, 2.0, 5.0, 10.0)
"""Between tries; the last one goes on, while nothing answers at all."""


class Cursor(Protocol):
    """Where a listener is in the log; it outlives the process."""

    def position(self) -> int | None:
        """None for a listener that is new."""

    def advance(self, position: int) -> None: ...


class Reports(Protocol):
    """What a developer is shown."""

    def sent(self, event: PublicEvent, body: bytes, answer: Answer | None) -> None:
        """An event came, and was answered; None where it is not forwarded."""

    def given_up(self, event: PublicEvent) -> None:
        """An event was answered, and not with success, as often as it is sent."""


class Forwarding:
    """Sends an event to the developer's address until it is accepted, or refused too often.

    An address that does not answer is tried again without end: a program that is being worked on is often away.
    """

    def __init__(
        self,
        *,
        url: str | None,
        secret: str,
        write: Callable[[PublicEvent], bytes],
        sender: WebhookSender,
        reports: Reports,
        clock: Clock,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """
        url    None to show events only
        write  gives the body of an event
        pause  waits for some seconds
        """
        self._url = url
        self._secret = secret
        self._write = write
        self._sender = sender
        self._reports = reports
        self._clock = clock
        self._pause = pause

    async def forward(self, event: PublicEvent) -> None:
        """Returns when the event is done with."""
        body = self._write(event)
        if self._url is None:
            self._reports.sent(event, body, None)
            return
        tries = answered = 0
        while True:
            answer = await self._sender.send(Outgoing(self._url, self._headers(event, body), body, livemode=False))
            self._reports.sent(event, body, answer)
            answered += answer.status is not None
            if answer.is_success:
                return
            if answered == TRIES:
                self._reports.given_up(event)
                return
            await self._pause(PAUSES_SECONDS[min(tries, len(PAUSES_SECONDS) - 1)])
            tries += 1

    def _headers(self, event: PublicEvent, body: bytes) -> Mapping[str, str]:
        sent_at = int(self._clock.now().timestamp())
        return signature_headers(body, event_id=event.id, secrets=[self._secret], sent_at=sent_at)


class Listener:
    def __init__(
        self, stream: EventStream, forwarding: Forwarding, cursor: Cursor, scope: Scope, enabled_events: Collection[str]
    ) -> None:
        self._stream = stream
        self._forwarding = forwarding
        self._cursor = cursor
        self._scope = scope
        self._enabled_events = enabled_events

    async def begin(self) -> int:
        """Where to begin: at the log's end for a listener that is new, else where it stopped."""
        last, known = await self._stream.last_position(), self._cursor.position()
        if known is None or known > last:  # a log that was replaced by a shorter one
            self._cursor.advance(last)
            return last
        return known

    async def catch_up(self, position: int) -> int:
        """Forward every event after a position; gives the position reached."""
        async for arrived in self._stream.after(position, self._scope, self._enabled_events):
            for event in arrived.events:
                await self._forwarding.forward(event)
            position = arrived.position
            if arrived.events:
                self._cursor.advance(position)
        return position
