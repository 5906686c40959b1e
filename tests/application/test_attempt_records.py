"""Attempts are stored together, in spite of a store that is away for a time, and no attempt twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from application.delivery import attempt_records
from application.delivery.attempt_records import AttemptRecords
from application.ports.outbox import Attempt
from domain.errors import StoreUnavailable
from interfaces.testing.memory.outbox import MemoryOutbox
from tests.support.clock import StillClock


class FlakyOutbox(MemoryOutbox):
    """Cannot record for a number of tries."""

    def __init__(self, to_fail: int) -> None:
        super().__init__(StillClock())
        self.to_fail = to_fail
        self.recorded: list[list[int]] = []

    def record(self, worker: str, attempts: Sequence[Attempt]) -> None:
        if self.to_fail:
            self.to_fail -= 1
            raise StoreUnavailable("The disk is full.")
        self.recorded.append([attempt.number for attempt in attempts])


def an_attempt(number: int) -> Attempt:
    return Attempt("evt_1", "we_1", number, 1.0, 0.1, 200, None, "", is_delivered=True)


def store(outbox: FlakyOutbox, *, trouble: Exception | None = None) -> list[list[int]]:
    """Store three attempts, the last of which ends while the others are being stored; gives what was told of."""
    told: list[list[int]] = []

    async def tell(attempts: Sequence[Attempt]) -> None:
        told.append([attempt.number for attempt in attempts])
        if trouble is not None:
            raise trouble

    async def run() -> None:
        records = AttemptRecords(outbox, "deliverer:1", tell)
        records.add(an_attempt(1))
        records.add(an_attempt(2))
        await asyncio.sleep(0)
        records.add(an_attempt(3))
        await records.all_stored()

    asyncio.run(run())
    return told


def test_attempts_that_end_together_are_stored_together() -> None:
    outbox = FlakyOutbox(to_fail=0)

    assert store(outbox) == outbox.recorded == [[1, 2], [3]]


def test_a_store_that_is_away_loses_no_attempt_and_their_order_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt_records, "RETRY_SECONDS", 0.0)
    outbox = FlakyOutbox(to_fail=3)

    store(outbox)

    assert [number for batch in outbox.recorded for number in batch] == [1, 2, 3]


@pytest.mark.parametrize("trouble", [StoreUnavailable("away"), ValueError("odd")])
def test_trouble_with_what_follows_stores_no_attempt_twice(trouble: Exception) -> None:
    outbox = FlakyOutbox(to_fail=0)

    assert store(outbox, trouble=trouble) == outbox.recorded == [[1, 2], [3]]
