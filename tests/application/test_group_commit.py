"""Group commit: many requests share a transaction, each is answered after it, and a loser loses alone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent

from application.log.group_commit import MAX_EVENTS, GroupCommit, ThreadedAppender
from application.log.idempotency_records import Append, IdempotencyRecord, KeyRecorded
from interfaces.testing.memory.store import open_memory
from tests.support.runs import SCOPE


class SlowLog:
    """A log in memory that stores when it is let, and refuses an aggregate's version that it has."""

    def __init__(self) -> None:
        self.transactions: list[list[str]] = []
        self.stored: set[tuple[str, int]] = set()
        self.may_store = threading.Event()
        self.may_store.set()
        self.entered = threading.Semaphore(0)
        self.trouble: Exception | None = None

    def append(self, appends: Sequence[Append]) -> list[int]:
        self.entered.release()
        assert self.may_store.wait(10)
        if self.trouble:
            raise self.trouble
        events = [event for append in appends for event in append.events]
        keys = [(str(event.originator_id), event.originator_version) for event in events]
        if len(set(keys)) < len(keys) or self.stored & set(keys):
            raise IntegrityError("taken")
        self.stored |= set(keys)
        self.transactions.append([str(event.originator_id) for event in events])
        positions, last = [], len(self.stored) - len(events)
        for append in appends:
            last += len(append.events)
            positions.append(last)
        return positions


def an_event(id: str, version: int = 1) -> Append:
    return Append([StoredEvent(id, version, "topic", b"{}")])


async def in_one_group(writer: GroupCommit, log: SlowLog, ids: Sequence[str]) -> list[int | BaseException]:
    """Append one event for each id so that all of them wait while the first commit is under way."""
    log.may_store.clear()
    first = asyncio.create_task(writer.append(an_event("opener")))
    await asyncio.to_thread(log.entered.acquire)
    waiting = [asyncio.create_task(writer.append(an_event(id))) for id in ids]
    await asyncio.sleep(0)
    log.may_store.set()
    await first
    return await asyncio.gather(*waiting, return_exceptions=True)


def test_everyone_who_waits_shares_the_next_transaction_in_the_order_of_arrival() -> None:
    log = SlowLog()
    writer = GroupCommit(ThreadedAppender(log), lambda position: None)

    positions = asyncio.run(in_one_group(writer, log, ["a", "b", "c"]))

    assert log.transactions == [["opener"], ["a", "b", "c"]]
    assert positions == [2, 3, 4]


def test_a_conflict_loses_alone() -> None:
    log = SlowLog()
    log.stored.add(("b", 1))
    writer = GroupCommit(ThreadedAppender(log), lambda position: None)

    outcomes = asyncio.run(in_one_group(writer, log, ["a", "b", "c"]))

    assert [type(outcome) for outcome in outcomes] == [int, IntegrityError, int]
    assert log.transactions == [["opener"], ["a"], ["c"]]


def test_of_two_in_one_group_that_want_the_same_version_the_first_wins() -> None:
    log = SlowLog()
    writer = GroupCommit(ThreadedAppender(log), lambda position: None)

    outcomes = asyncio.run(in_one_group(writer, log, ["a", "a"]))

    assert [type(outcome) for outcome in outcomes] == [int, IntegrityError]


def test_a_failed_commit_fails_all_of_its_requests_and_the_writer_goes_on() -> None:
    log = SlowLog()
    committed: list[int] = []
    writer = GroupCommit(ThreadedAppender(log), committed.append)

    async def scenario() -> list[int | BaseException]:
        log.trouble = OSError("the disk is full")
        failed = await asyncio.gather(*(writer.append(an_event(id)) for id in "abc"), return_exceptions=True)
        log.trouble = None
        return [*failed, await writer.append(an_event("d"))]

    outcomes = asyncio.run(scenario())

    assert [type(outcome) for outcome in outcomes] == [OSError, OSError, OSError, int]
    assert log.transactions == [["d"]]
    assert committed == [1]


def test_nobody_is_answered_before_the_commit() -> None:
    log = SlowLog()
    writer = GroupCommit(ThreadedAppender(log), lambda position: None)

    async def scenario() -> bool:
        log.may_store.clear()
        request = asyncio.create_task(writer.append(an_event("a")))
        await asyncio.to_thread(log.entered.acquire)
        await asyncio.sleep(0)
        answered_early = request.done()
        log.may_store.set()
        await request
        return answered_early

    answered_early = asyncio.run(scenario())

    assert not answered_early


def test_a_request_whose_client_has_gone_does_not_disturb_the_others() -> None:
    log = SlowLog()
    writer = GroupCommit(ThreadedAppender(log), lambda position: None)

    async def scenario() -> int:
        log.may_store.clear()
        gone = asyncio.create_task(writer.append(an_event("a")))
        await asyncio.to_thread(log.entered.acquire)
        gone.cancel()
        stays = asyncio.create_task(writer.append(an_event("b")))
        await asyncio.sleep(0)
        log.may_store.set()
        return await stays

    position = asyncio.run(scenario())

    assert position == 2


def test_a_stop_stores_what_waits_and_refuses_what_comes_later() -> None:
    log = SlowLog()
    writer = GroupCommit(ThreadedAppender(log), lambda position: None)

    async def scenario() -> list[int | BaseException]:
        log.may_store.clear()
        waiting = [asyncio.create_task(writer.append(an_event(id))) for id in "abc"]
        await asyncio.to_thread(log.entered.acquire)
        stopping = asyncio.create_task(writer.stop())
        await asyncio.sleep(0)
        log.may_store.set()
        await stopping
        with pytest.raises(RuntimeError, match="nothing was stored"):
            await writer.append(an_event("late"))
        return await asyncio.gather(*waiting, return_exceptions=True)

    outcomes = asyncio.run(scenario())

    assert outcomes == [1, 2, 3]


def test_a_group_has_a_limit() -> None:
    log = SlowLog()
    writer = GroupCommit(ThreadedAppender(log), lambda position: None)

    outcomes = asyncio.run(in_one_group(writer, log, [f"a{i}" for i in range(MAX_EVENTS + 1)]))

    assert len(outcomes) == MAX_EVENTS + 1
    assert [len(transaction) for transaction in log.transactions] == [1, MAX_EVENTS, 1]


def test_repeated_keys_are_answered_and_the_rest_of_their_group_is_stored_together() -> None:
    log = open_memory().recorder
    first = a_record("k1")
    log.append([Append(an_event("a").events, first)])
    calls: list[int] = []
    committed: list[int] = []

    class Counted:
        async def append(self, appends: Sequence[Append]) -> list[int]:
            calls.append(len(appends))
            return log.append(appends)

    async def scenario() -> list[int | BaseException]:
        writer = GroupCommit(Counted(), committed.append)
        group = [Append(an_event(f"b{number}").events, a_record(f"k{number}")) for number in range(4)]
        return await asyncio.gather(*map(writer.append, group), return_exceptions=True)

    outcomes = asyncio.run(scenario())

    assert [outcomes[place] for place in (0, 2, 3)] == [2, 3, 4]
    assert isinstance(outcomes[1], KeyRecorded) and outcomes[1].record == first
    assert calls == [4, 3]
    assert committed == [1, 4]  # readers wait for what was stored with the record, too


def a_record(key: str) -> IdempotencyRecord:
    return IdempotencyRecord(SCOPE, key, b"fingerprint", 200, b"{}", "req_1", 100)


def test_who_gave_up_while_a_conflict_was_sorted_out_is_not_stored_afterwards() -> None:
    stored: list[str] = []
    waiting: dict[str, asyncio.Task[int]] = {}

    class OneByOne:
        async def append(self, appends: Sequence[Append]) -> list[int]:
            if len(appends) > 1:
                raise IntegrityError("taken")
            stored.append(str(appends[0].events[0].originator_id))
            waiting["c"].cancel()
            await asyncio.sleep(0)
            return [len(stored)]

    async def scenario() -> list[int | BaseException]:
        writer = GroupCommit(OneByOne(), lambda position: None)
        waiting.update({id: asyncio.create_task(writer.append(an_event(id))) for id in "abc"})
        return await asyncio.gather(*waiting.values(), return_exceptions=True)

    outcomes = asyncio.run(scenario())

    assert stored == ["a", "b"]
    assert outcomes[:2] == [1, 2] and isinstance(outcomes[2], asyncio.CancelledError)
