"""Idempotency: a request that is retried under its key is carried out once, and gets the same answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from eventsourcing.persistence import IntegrityError

from application.log.idempotency_records import IdempotencyRecord, IdempotencyRecords, KeyRecorded
from application.ports.clock import Clock
from domain.access.caller import Scope
from domain.errors import IdempotencyKeyInUse, IdempotencyKeyReused, ReportrunError


class KeyUse(NamedTuple):
    """One request with an idempotency key.

    fingerprint  hash of its method, path and parameters
    """

    scope: Scope
    key: str
    fingerprint: bytes
    request_id: str


class Answer(NamedTuple):
    """The answer to a request. request_id: of the first request with this key."""

    status: int
    body: bytes
    request_id: str
    replayed: bool = False


class Idempotency:
    """Carries out each key's request once: its idempotency record is stored in one transaction with its events.

    A new key costs no look-up. Only a request that was refused, or lost a race, looks for an earlier record of its key.
    """

    def __init__(self, records: IdempotencyRecords, clock: Clock, await_all: Callable[[], Awaitable[None]]) -> None:
        """await_all  lets later reads wait for what any process has stored so far"""
        self._records = records
        self._clock = clock
        self._await_all = await_all
        self._in_flight: set[tuple[Scope, str]] = set()

    async def once(self, use: KeyUse, carry_out: Callable[[], Awaitable[Answer]]) -> Answer:
        """Carry out a request, or return the answer that is recorded for its key.

        Raises `IdempotencyKeyInUse` while a request with the same key is under way in this process,
        `IdempotencyKeyReused` for a key that is recorded for another request.
        """
        place = (use.scope, use.key)
        if place in self._in_flight:
            raise IdempotencyKeyInUse(use.key)
        self._in_flight.add(place)
        try:
            return await carry_out()
        except KeyRecorded as repeat:
            return _again(repeat.record, use)
        except (ReportrunError, IntegrityError):
            first = await self._records.get(*place)
            if first is None:
                raise
            answer = _again(first, use)
            await self._await_all()  # another server may have stored the run of the answer
            return answer
        finally:
            self._in_flight.discard(place)

    def record(self, use: KeyUse, status: int, body: bytes) -> IdempotencyRecord:
        """The record of an answer, to be stored with the events of its request."""
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
