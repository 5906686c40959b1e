"""Idempotency: a request that is sent twice under one key is carried out once, and answered twice the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from eventsourcing.persistence import IntegrityError

from application.log.idempotency_records import IdempotencyRecord, IdempotencyRecords
from application.ports.clock import Clock
from domain.access.caller import Scope
from domain.errors import IdempotencyKeyInUse, IdempotencyKeyReused, ReportrunError


class KeyUse(NamedTuple):
    """One request with an idempotency key.

    fingerprint  of its method, path and parameters
    """

    scope: Scope
    key: str
    fingerprint: bytes
    request_id: str


class Answer(NamedTuple):
    """What a request is answered. request_id: of the first request that was answered so."""

    status: int
    body: bytes
    request_id: str
    replayed: bool = False


class Idempotency:
    """Lets the log itself decide who was first: a key's record is stored with the events that it answers for.

    A new key thus costs no look-up. Only a request that was refused, or lost against another, asks whether its key has
    been answered before.
    """

    def __init__(self, records: IdempotencyRecords, clock: Clock, catch_up: Callable[[], Awaitable[None]]) -> None:
        """catch_up  lets the views of this process show what any process has stored"""
        self._records = records
        self._clock = clock
        self._catch_up = catch_up
        self._in_flight: set[tuple[Scope, str]] = set()

    async def once(self, use: KeyUse, carry_out: Callable[[], Awaitable[Answer]]) -> Answer:
        """Carry a request out, or answer it as it was answered before.

        Raises `IdempotencyKeyInUse` while the same key is at work in this process, `IdempotencyKeyReused` for a key
        that another request was answered under.
        """
        place = (use.scope, use.key)
        if place in self._in_flight:
            raise IdempotencyKeyInUse(use.key)
        self._in_flight.add(place)
        try:
            return await carry_out()
        except (ReportrunError, IntegrityError):
            first = await self._records.get(use.scope, use.key)
            if first is None:
                raise
            answer = _again(first, use)
            await self._catch_up()  # another server may have made what the answer is about
            return answer
        finally:
            self._in_flight.discard(place)

    def record(self, use: KeyUse, status: int, body: bytes) -> IdempotencyRecord:
        """What is stored of an answer, together with the events that it answers for."""
        return IdempotencyRecord(
            scope=use.scope,
            key=use.key,
            fingerprint=use.fingerprint,
            status=status,
            body=body,
            request_id=use.request_id,
            created=int(self._clock.now().timestamp()),
        )


def _again(first: IdempotencyRecord, use: KeyUse) -> Answer:
    if first.fingerprint != use.fingerprint:
        raise IdempotencyKeyReused(use.key)
    return Answer(first.status, first.body, first.request_id, replayed=True)
