"""The port for the outbox: which event is due to which webhook endpoint, and the attempts to deliver it."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, Protocol

from domain.access.caller import Scope


class Delivery(NamedTuple):
    """One event that one endpoint is to be sent. Event and endpoint together name it.

    account   whose event it is: a connected account's, for an endpoint with `connect`
    position  in the log, of the event behind it
    created   when it happened, Unix seconds
    """

    event_id: str
    endpoint_id: str
    event_type: str
    account: str
    livemode: bool
    position: int
    created: int

    @property
    def event(self) -> tuple[Scope, str]:
        """The scope and id of the event."""
        return Scope(self.account, self.livemode), self.event_id


class ClaimedDelivery(NamedTuple):
    """A delivery under lease. attempts: how many were made before"""

    delivery: Delivery
    attempts: int


class Attempt(NamedTuple):
    """One attempt at a delivery, and what follows from it.

    number        1 for the first
    started_at    Unix seconds; seconds: how long it took
    status        HTTP status of the answer; None without one
    error         why there is no answer, or why it is no success; None for a success
    answer        the beginning of the answer's body, at most 1 KiB
    is_delivered  whether the endpoint has accepted the event
    due_again_at  when the next attempt is due, Unix seconds; None: there is none
    """

    event_id: str
    endpoint_id: str
    number: int
    started_at: float
    seconds: float
    status: int | None
    error: str | None
    answer: str
    is_delivered: bool
    due_again_at: float | None = None


NO_END = 2**63 - 1
"""A position that no log reaches."""

NO_ROOM_NAMED: Mapping[str, int] = MappingProxyType({})


class Outbox(Protocol):
    """Deliveries that survive every process. A delivery is due until it is delivered, given up or dropped.

    Methods block for milliseconds; several deliverers may call them at once.
    """

    def position(self) -> int:
        """The position in the log up to which events have their deliveries; 0 at first."""

    def feed(self, deliveries: Sequence[Delivery], position: int) -> None:
        """Add deliveries, due at once, and advance the position, in one transaction. Those that exist stay as they are.

        An earlier position than the outbox has is not an error: two feeders may read the same events.
        """

    def rewind(self, position: int) -> None:
        """Go back to a position, where the log ends before the outbox's."""

    def claim(
        self,
        worker: str,
        *,
        limit: int,
        of_each: int,
        lease_seconds: float,
        room: Mapping[str, int] = NO_ROOM_NAMED,
    ) -> Sequence[ClaimedDelivery]:
        """Acquire the leases of up to `limit` due deliveries, of the endpoints that have waited longest first.

        of_each  at most so many of one endpoint, those due first; of first attempts, those first in the log
        room     endpoint -> how many of it, in the place of `of_each`; 0 for one that none is claimed of
        """

    def record(self, worker: str, attempts: Sequence[Attempt]) -> None:
        """Store attempts, and end the leases of their deliveries, in one transaction.

        A success counts also after the lease has expired; a failure then changes nothing of the delivery, and neither
        does one of an attempt that began before the delivery was made due anew.
        """

    def release(self, worker: str) -> None:
        """End every lease of a worker that stops: its deliveries are due again, without an attempt."""

    def give_up(self, worker: str, deliveries: Sequence[Delivery]) -> None:
        """Let deliveries be due no more, without an attempt: there is nothing to send, or nothing to send it to.

        Only those that the worker holds: others were made due anew since it looked.
        """

    def drop(self, endpoint_id: str, up_to: int = NO_END, at: float = math.inf) -> None:
        """Give up everything that is due to an endpoint, as it is disabled or deleted.

        up_to  only events up to this position: those after it may have come since the endpoint was enabled again
        at     only what was due at this time, Unix seconds, or was attempted: a user may have sent others again since
        """

    def make_due(self, deliveries: Sequence[Delivery]) -> None:
        """Make deliveries due at once, with attempts counted anew: new ones, delivered ones and those given up."""

    def forget_answers(self, event_id: str) -> None:
        """Blank the answers to an event: an endpoint may have sent back what it was sent, which is to be erased."""

    def sweep(self, before: int) -> None:
        """Delete the deliveries of events created before an instant, Unix seconds, with their attempts."""


class OutboxQueries(Protocol):
    """Reads the outbox."""

    async def fed_up_to(self) -> int:
        """As `Outbox.position`."""

    async def pending(self, event_ids: Collection[str]) -> Mapping[str, int]:
        """Event -> how many endpoints it is due to. Events that are due to none are left out."""

    async def undelivered(self, scope: Scope, event_type: str) -> Collection[str]:
        """Events of one type with a delivery that did not succeed, or not yet."""

    async def attempts(self, event_id: str) -> Sequence[Attempt]:
        """Every attempt to deliver an event, oldest first."""

    async def latest(self, limit: int) -> Sequence[Attempt]:
        """The newest attempts of all events, oldest first."""

    async def settled(self, endpoint_id: str) -> Collection[str]:
        """The events that an endpoint has accepted, or that are due to it."""

    async def failures(self, endpoint_id: str, *, after: float, most: int) -> Sequence[float]:
        """When attempts at an endpoint failed, after an instant and after its latest success, oldest first.

        most  no more are looked at
        """
