"""A store that hangs: waiting requests fail in time, and are not stored afterwards."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest
from eventsourcing.persistence import StoredEvent

from application.log import group_commit
from application.log.group_commit import GroupCommit, ThreadedAppender
from application.log.idempotency_records import Append
from domain.errors import StoreUnavailable


class HangingLog:
    """Stores nothing until it may."""

    def __init__(self) -> None:
        self.stored: list[str] = []
        self.entered, self.may_store = threading.Event(), threading.Event()

    def append(self, appends: Sequence[Append]) -> list[int]:
        self.entered.set()
        assert self.may_store.wait(20)
        self.stored += [str(append.events[0].originator_id) for append in appends]
        return list(range(len(appends)))


def an_append(id: str) -> Append:
    return Append([StoredEvent(id, 1, "topic", b"{}")])


def test_who_waits_for_a_store_that_hangs_is_refused_and_not_stored_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "ANSWER_SECONDS", 0.2)
    log = HangingLog()
    writer = GroupCommit(ThreadedAppender(log), lambda position: None)

    async def scenario() -> list[int | BaseException]:
        under_way = asyncio.create_task(writer.append(an_append("under way")))
        await asyncio.to_thread(log.entered.wait, 20)
        waits = asyncio.create_task(writer.append(an_append("waits")))
        outcomes = await asyncio.gather(under_way, waits, return_exceptions=True)
        log.may_store.set()
        return [*outcomes, await writer.append(an_append("comes later"))]

    outcomes = asyncio.run(scenario())

    assert [type(outcome) for outcome in outcomes] == [StoreUnavailable, StoreUnavailable, int]
    assert "waits" not in log.stored and "comes later" in log.stored
