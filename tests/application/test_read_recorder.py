"""Recorded reads: stored before they are answered, together where they arrive together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from eventsourcing.persistence import IntegrityError

from application.history.read_recorder import ReadRecorder
from application.log.event_store import EventStore
from application.log.group_commit import GroupCommit, ThreadedAppender
from application.log.idempotency_records import Append
from domain.errors import StoreUnavailable
from domain.files.read_log import DOWNLOAD, Read, ReadLog
from interfaces.composition.stores import Stores
from tests.support.clock import NOON
from tests.support.runs import SCOPE
from tests.support.stores import stores_in


def a_read(run_id: str = "frr_1", actor: str = "key_1", what: str = DOWNLOAD) -> Read:
    return Read(run_id, SCOPE, actor, NOON, what, "req_1", "file_1", None)


class CountingRecorder:
    """Stores as the store does, and counts the commits."""

    def __init__(self, stores: Stores) -> None:
        self._recorder = stores.store.recorder
        self.commits = 0

    def append(self, appends: Sequence[Append]) -> list[int]:
        self.commits += 1
        return self._recorder.append(appends)


def actors_in(events: EventStore, run_id: str = "frr_1") -> list[str]:
    return [
        event.actor for event in events.events_of(ReadLog.id_of(run_id)) if isinstance(event, ReadLog.FileDownloaded)
    ]


def test_reads_that_arrive_together_share_a_commit_and_follow_each_other(tmp_path: Path) -> None:
    with stores_in(tmp_path) as stores:
        counting = CountingRecorder(stores)

        async def read() -> None:
            reads = ReadRecorder(stores.events, GroupCommit(ThreadedAppender(counting), lambda position: None).append)
            await asyncio.gather(*(reads.record(a_read(f"frr_{n % 3}", f"key_{n}")) for n in range(30)))
            await reads.record(a_read("frr_0", "key_30"))

        asyncio.run(read())

        assert counting.commits <= 6
        assert actors_in(stores.events, "frr_0") == [*(f"key_{n}" for n in range(0, 30, 3)), "key_30"]
        versions = [event.originator_version for event in stores.events.events_of(ReadLog.id_of("frr_0"))]
        assert versions == list(range(1, 13))


def test_reads_that_two_servers_record_at_once_are_all_stored(tmp_path: Path) -> None:
    with stores_in(tmp_path) as stores:
        recorder = stores.store.recorder

        async def read() -> None:
            servers = [
                ReadRecorder(stores.events, GroupCommit(ThreadedAppender(recorder), lambda position: None).append)
                for _ in range(2)
            ]
            for _ in range(10):
                await asyncio.gather(*(one.record(a_read(actor=f"key_{n}")) for n, one in enumerate(servers)))

        asyncio.run(read())

        assert sorted(actors_in(stores.events)) == ["key_0"] * 10 + ["key_1"] * 10


def test_a_read_that_cannot_be_stored_is_refused_and_later_ones_are_stored(tmp_path: Path) -> None:
    with stores_in(tmp_path) as stores:
        troubles: list[Exception] = [StoreUnavailable("The disk is full.")]

        async def append(one: Append) -> int:
            if troubles:
                raise troubles.pop()
            return stores.store.recorder.append([one])[0]

        async def read() -> None:
            reads = ReadRecorder(stores.events, append)
            with pytest.raises(StoreUnavailable, match="The disk is full"):
                await reads.record(a_read(actor="key_1"))
            await reads.record(a_read(actor="key_2"))

        asyncio.run(read())

        assert actors_in(stores.events) == ["key_2"]


def test_a_read_that_always_comes_second_is_refused_in_the_end(tmp_path: Path) -> None:
    with stores_in(tmp_path) as stores:

        async def append(one: Append) -> int:
            raise IntegrityError("taken")

        with pytest.raises(StoreUnavailable, match="could not be recorded now"):
            asyncio.run(ReadRecorder(stores.events, append).record(a_read()))
