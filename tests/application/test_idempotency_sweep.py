"""Idempotency records are removed after their retention, and a store that is away is tried again."""

from __future__ import annotations

import asyncio

import pytest

from application.log import idempotency_sweep
from application.log.idempotency_records import KEPT_SECONDS, IdempotencyRecord
from application.log.idempotency_sweep import IdempotencySweep
from domain.access.caller import Scope
from domain.errors import StoreUnavailable
from tests.support.clock import NOON, StillClock


class Records:
    def __init__(self, failures: int = 0, steps: int = 0, failure: Exception | None = None) -> None:
        """
        steps    how many calls find something to delete
        failure  what a call that fails raises; None: the store is away
        """
        self.failure = failure or StoreUnavailable("The database is away.")
        self.failures = failures
        self.steps = steps
        self.swept: list[int] = []

    async def get(self, scope: Scope, key: str) -> IdempotencyRecord | None:
        return None

    def sweep(self, before: int) -> int:
        if self.failures:
            self.failures -= 1
            raise self.failure
        self.swept.append(before)
        return int(len(self.swept) <= self.steps)


def test_records_older_than_their_retention_go() -> None:
    records = Records()

    IdempotencySweep(records, StillClock()).sweep()

    assert records.swept == [int(NOON.timestamp()) - KEPT_SECONDS]


@pytest.mark.parametrize("failure", [StoreUnavailable("The database is away."), ValueError("a row is odd")])
def test_what_fails_is_tried_again(failure: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency_sweep, "INTERVAL_SECONDS", 0)
    records = Records(failures=2, failure=failure)

    async def sweep_until_swept() -> None:
        sweeping = asyncio.create_task(IdempotencySweep(records, StillClock()).run())
        while not records.swept:
            await asyncio.sleep(0)
        sweeping.cancel()

    asyncio.run(asyncio.wait_for(sweep_until_swept(), 10))

    assert records.failures == 0


def test_a_sweep_goes_on_step_by_step_until_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency_sweep, "PAUSE_SECONDS", 0)
    records = Records(steps=3)

    async def sweep_to_the_end() -> None:
        sweeping = asyncio.create_task(IdempotencySweep(records, StillClock()).run())
        while len(records.swept) < 4:
            await asyncio.sleep(0)
        sweeping.cancel()

    asyncio.run(asyncio.wait_for(sweep_to_the_end(), 10))

    assert len(records.swept) == 4
