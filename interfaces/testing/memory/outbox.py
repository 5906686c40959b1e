"""The outbox in memory."""

from __future__ import annotations

import math
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from application.ports.claims import HORIZON_LEASES
from application.ports.clock import Clock
from application.ports.outbox import NO_END, NO_ROOM_NAMED, Attempt, ClaimedDelivery, Delivery
from domain.access.caller import Scope


@dataclass(slots=True)
class Entry:
    """One delivery and how it stands. due_at: None when nothing more is to be done"""

    delivery: Delivery
    due_at: float | None
    attempts: int = 0
    worker: str = ""
    leased_until: float = 0
    is_delivered: bool = False

    def is_free(self, now: float, horizon: float) -> bool:
        is_leased = now < self.leased_until <= horizon
        return self.due_at is not None and self.due_at <= now and not is_leased

    @property
    def turn(self) -> tuple[float, int, str]:
        return self.due_at or 0, self.delivery.position, self.delivery.event_id

    def end(self, due_at: float | None) -> None:
        self.due_at, self.worker, self.leased_until = due_at, "", 0


class MemoryOutbox:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: dict[tuple[str, str], Entry] = {}
        self._attempts: list[Attempt] = []
        self._position = 0
        self._one_at_a_time = threading.Lock()

    def position(self) -> int:
        return self._position

    def feed(self, deliveries: Sequence[Delivery], position: int) -> None:
        with self._one_at_a_time:
            for delivery in deliveries:
                self._entries.setdefault(_name(delivery), Entry(delivery, self._now()))
            self._position = max(self._position, position)

    def rewind(self, position: int) -> None:
        self._position = min(self._position, position)

    def claim(
        self,
        worker: str,
        *,
        limit: int,
        of_each: int,
        lease_seconds: float,
        room: Mapping[str, int] = NO_ROOM_NAMED,
    ) -> Sequence[ClaimedDelivery]:
        now = self._now()
        with self._one_at_a_time:
            claimed: list[Entry] = []
            for endpoint in self._waiting_longest_first(now):
                free = [
                    entry for entry in self._of(endpoint) if entry.is_free(now, now + HORIZON_LEASES * lease_seconds)
                ]
                wanted = max(0, min(room.get(endpoint, of_each), limit - len(claimed)))
                claimed += sorted(free, key=lambda entry: entry.turn)[:wanted]
            for entry in claimed:
                entry.worker, entry.leased_until = worker, now + lease_seconds
            return [ClaimedDelivery(entry.delivery, entry.attempts) for entry in claimed]

    def record(self, worker: str, attempts: Sequence[Attempt]) -> None:
        with self._one_at_a_time:
            for attempt in attempts:
                self._attempts.append(attempt)
                entry = self._entries[attempt.event_id, attempt.endpoint_id]
                if attempt.is_delivered:
                    entry.is_delivered = True
                elif entry.worker != worker or entry.is_delivered or entry.attempts != attempt.number - 1:
                    continue
                entry.attempts = attempt.number
                entry.end(None if attempt.is_delivered else attempt.due_again_at)

    def release(self, worker: str) -> None:
        for entry in self._entries.values():
            if entry.worker == worker:
                entry.end(entry.due_at)

    def give_up(self, worker: str, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            entry = self._entries.get(_name(delivery))
            if entry is not None and entry.worker == worker:
                entry.end(None)

    def drop(self, endpoint_id: str, up_to: int = NO_END, at: float = math.inf) -> None:
        for entry in self._of(endpoint_id):
            was_due = entry.attempts > 0 or (entry.due_at is not None and entry.due_at <= at)
            if entry.delivery.position <= up_to and was_due:
                entry.end(None)

    def make_due(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            self._entries[_name(delivery)] = Entry(delivery, self._now())

    def forget_answers(self, event_id: str) -> None:
        self._attempts = [
            attempt._replace(answer="") if attempt.event_id == event_id else attempt for attempt in self._attempts
        ]

    def sweep(self, before: int) -> None:
        old = {name for name, entry in self._entries.items() if entry.delivery.created < before}
        events = {event for event, _ in old}
        self._entries = {name: entry for name, entry in self._entries.items() if name not in old}
        self._attempts = [attempt for attempt in self._attempts if attempt.event_id not in events]

    async def fed_up_to(self) -> int:
        return self._position

    async def pending(self, event_ids: Collection[str]) -> Mapping[str, int]:
        due = [entry.delivery.event_id for entry in self._entries.values() if entry.due_at is not None]
        return {id: due.count(id) for id in event_ids if id in due}

    async def undelivered(self, scope: Scope, event_type: str) -> Collection[str]:
        return {
            entry.delivery.event_id
            for entry in self._entries.values()
            if not entry.is_delivered
            and (entry.delivery.account, entry.delivery.livemode) == scope
            and entry.delivery.event_type == event_type
        }

    async def attempts(self, event_id: str) -> Sequence[Attempt]:
        own = [attempt for attempt in self._attempts if attempt.event_id == event_id]
        return sorted(own, key=lambda attempt: (attempt.started_at, attempt.endpoint_id, attempt.number))

    async def latest(self, limit: int) -> Sequence[Attempt]:
        return sorted(self._attempts, key=lambda attempt: attempt.started_at)[-limit:]

    async def settled(self, endpoint_id: str) -> Collection[str]:
        return {
            entry.delivery.event_id for entry in self._of(endpoint_id) if entry.due_at is not None or entry.is_delivered
        }

    async def failures(self, endpoint_id: str, *, after: float, most: int) -> Sequence[float]:
        own = [attempt for attempt in self._attempts if attempt.endpoint_id == endpoint_id]
        first = max([after, *(attempt.started_at for attempt in own if attempt.is_delivered)])
        times = (attempt.started_at for attempt in own if not attempt.is_delivered)
        return sorted(time for time in times if time > first)[:most]

    def _waiting_longest_first(self, now: float) -> list[str]:
        due = [entry for entry in self._entries.values() if entry.due_at is not None and entry.due_at <= now]
        since = {
            entry.delivery.endpoint_id: entry.due_at or 0 for entry in sorted(due, key=lambda entry: -entry.turn[0])
        }
        return sorted(since, key=lambda endpoint: (since[endpoint], endpoint))

    def _of(self, endpoint: str) -> list[Entry]:
        return [entry for entry in self._entries.values() if entry.delivery.endpoint_id == endpoint]

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _name(delivery: Delivery) -> tuple[str, str]:
    return delivery.event_id, delivery.endpoint_id
