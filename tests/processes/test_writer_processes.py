"""Writer processes work for a server while they are ready; without them, the server does the work."""

from __future__ import annotations

import asyncio
import fcntl
import os
import resource
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from eventsourcing.persistence import IntegrityError

from application.log.group_commit import ThreadedAppender
from application.log.idempotency_records import Append, IdempotencyRecord, KeysRecorded
from domain.errors import StoreUnavailable
from interfaces.composition.stores import Stores
from interfaces.processes import restarting
from interfaces.processes.channel import Channel, ChannelClosed
from interfaces.processes.restarting import RestartingProcess
from interfaces.settings import Settings
from interfaces.storage.writers.appender import WriterProcessAppender
from interfaces.storage.writers.projector import WriterProcessProjector
from interfaces.storage.writers.protocol import Role
from interfaces.storage.writers.writer_process import writer_process, writer_program
from tests.support.processes import has_gone, until
from tests.support.runs import SCOPE, pending_run
from tests.support.server import START_SECONDS
from tests.support.stores import stores_in

STARTS_WITHIN = START_SECONDS


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    url = request.getfixturevalue("database_url") if request.param == "postgres" else ""
    return Settings(data=tmp_path, database_url=url, database_pool_size=2)


@pytest.fixture
def stores(settings: Settings) -> Iterator[Stores]:
    with stores_in(settings.data, settings.database_url) as opened:
        yield opened


@pytest.fixture
def started(settings: Settings) -> Iterator[Callable[[Role], RestartingProcess]]:
    """Starts a process and waits until it is ready."""
    made: list[RestartingProcess] = []

    def start(role: Role) -> RestartingProcess:
        process = writer_process(role, settings)
        made.append(process)
        process.start()
        until(process.is_ready, "the process does not start", STARTS_WITHIN)
        return process

    yield start
    for process in made:
        process.stop()


class Unused:
    """A fallback that must not be used."""

    async def append(self, appends: object) -> list[int]:
        raise AssertionError("the process was not used")

    def catch_up(self, applied: object) -> int:
        raise AssertionError("the process was not used")


def an_append(stores: Stores, key: str | None = None) -> Append:
    record = IdempotencyRecord(SCOPE, key, b"fingerprint", 200, b"{}", "req_1", 100) if key else None
    return Append(stores.events.pending(pending_run()), record)


def test_a_writer_process_appends_as_the_log_itself_does(
    stores: Stores, started: Callable[[Role], RestartingProcess]
) -> None:
    process = started(Role.LOG)
    first, second = an_append(stores, "key-1"), an_append(stores)

    async def scenario() -> list[int]:
        appender = WriterProcessAppender(Unused(), process)
        positions = await appender.append([first, second])
        with pytest.raises(IntegrityError):
            await appender.append([an_append(stores), first])
        with pytest.raises(IntegrityError):
            await appender.append([an_append(stores, "key-1")])
        await appender.close()
        return positions

    positions = asyncio.run(scenario())

    logged = list(stores.events.read(0, 10))
    assert [event.position for event in logged] == positions
    assert [event.event.originator_id for event in logged] == [one.events[0].originator_id for one in (first, second)]


def test_a_writer_process_names_the_records_of_repeated_keys(
    stores: Stores, started: Callable[[Role], RestartingProcess]
) -> None:
    first, again = an_append(stores, "key-1"), an_append(stores, "key-1")
    stores.store.recorder.append([first])

    async def scenario() -> None:
        appender = WriterProcessAppender(Unused(), started(Role.LOG))
        with pytest.raises(KeysRecorded) as repeated:
            await appender.append([an_append(stores), again])
        assert repeated.value.records == {1: first.record}
        assert repeated.value.position == stores.events.last_position()
        await appender.close()

    asyncio.run(scenario())


def test_a_writer_process_projects_and_reports_its_progress(
    stores: Stores, started: Callable[[Role], RestartingProcess]
) -> None:
    appender = WriterProcessProjector(stores.projector, started(Role.VIEWS))
    appender._fallback = Unused()  # type: ignore[assignment]
    stores.store.recorder.append([an_append(stores) for _ in range(3)])
    reached: list[int] = []

    position = appender.catch_up(reached.append)

    assert position == stores.events.last_position() == stores.views.position()
    assert reached[-1] == position


def test_a_writer_process_that_died_while_idle_is_done_without_until_another_follows(
    stores: Stores, started: Callable[[Role], RestartingProcess]
) -> None:
    process = started(Role.LOG)
    pid = pid_of(process)

    async def scenario() -> list[int]:
        appender = WriterProcessAppender(ThreadedAppender(stores.store.recorder), process)
        positions = await appender.append([an_append(stores)])
        os.kill(pid, signal.SIGKILL)
        await asyncio.to_thread(until, lambda: has_gone(pid), "the process lives")
        positions += await appender.append([an_append(stores)])
        await asyncio.to_thread(until, process.is_ready, "no other process follows", STARTS_WITHIN)
        appender._fallback = Unused()
        positions += await appender.append([an_append(stores)])
        await appender.close()
        return positions

    positions = asyncio.run(scenario())

    assert [event.position for event in stores.events.read(0, 10)] == positions and len(positions) == 3


@pytest.mark.parametrize("ending", ["killed", "hangs"])
def test_the_death_of_a_writer_process_over_its_work_is_reported_once_while_the_server_goes_on(
    stores: Stores, started: Callable[[Role], RestartingProcess], ending: str
) -> None:
    process = started(Role.LOG)
    pid = pid_of(process)
    more_than_a_pipe_holds = [an_append(stores) for _ in range(500)]
    if ending == "hangs":
        process.answer_seconds = 0.3

    async def scenario() -> tuple[bool, list[int]]:
        appender = WriterProcessAppender(ThreadedAppender(stores.store.recorder), process)
        os.kill(pid, signal.SIGSTOP)
        asking = asyncio.create_task(appender.append(more_than_a_pipe_holds))
        await asyncio.sleep(0.05)
        went_on = not asking.done()
        if ending == "killed":
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(StoreUnavailable):
            await asking
        process.answer_seconds = restarting.ANSWER_SECONDS  # another process may be ready by now
        positions = await appender.append([an_append(stores)])
        await appender.close()
        return went_on, positions

    went_on, positions = asyncio.run(scenario())

    assert went_on
    until(lambda: has_gone(pid), "the process lives")
    assert positions == [stores.events.last_position()]


def test_an_answer_that_is_not_awaited_is_not_taken_for_the_next_one(
    stores: Stores, started: Callable[[Role], RestartingProcess]
) -> None:
    process = started(Role.LOG)
    pid = pid_of(process)

    async def scenario() -> tuple[list[int], list[int]]:
        appender = WriterProcessAppender(ThreadedAppender(stores.store.recorder), process)
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await appender.append([an_append(stores) for _ in range(3)])
        os.kill(pid, signal.SIGCONT)
        own = an_append(stores)
        positions = await appender.append([own])
        stored = [
            event.position
            for event in stores.events.read(0, 10)
            if event.event.originator_id == own.events[0].originator_id
        ]
        await appender.close()
        return positions, stored

    positions, stored = asyncio.run(scenario())

    assert positions == stored
    until(lambda: has_gone(pid), "the process lives")


def test_large_requests_reach_a_writer_process_whole(
    stores: Stores, started: Callable[[Role], RestartingProcess]
) -> None:
    process = started(Role.LOG)

    async def scenario() -> list[int]:
        appender = WriterProcessAppender(Unused(), process)
        positions = await appender.append([an_append(stores) for _ in range(1000)])
        await appender.close()
        return positions

    positions = asyncio.run(scenario())

    assert [event.position for event in stores.events.read(0, 2000)] == positions and len(positions) == 1000


def test_views_come_up_to_date_although_the_writer_process_has_died(
    stores: Stores, started: Callable[[Role], RestartingProcess]
) -> None:
    process = started(Role.VIEWS)
    appender = WriterProcessProjector(stores.projector, process)
    stores.store.recorder.append([an_append(stores)])
    os.kill(pid_of(process), signal.SIGKILL)

    assert appender.catch_up() == stores.events.last_position() == stores.views.position()


def test_a_writer_process_that_hangs_is_killed_and_done_without(
    stores: Stores, started: Callable[[Role], RestartingProcess]
) -> None:
    process = started(Role.VIEWS)
    appender = WriterProcessProjector(stores.projector, process)
    pid = pid_of(process)
    process.answer_seconds = 0.2
    stores.store.recorder.append([an_append(stores)])
    os.kill(pid, signal.SIGSTOP)

    assert appender.catch_up() == stores.events.last_position()
    until(lambda: has_gone(pid), "the process lives")


@pytest.mark.usefixtures("stores")
def test_a_writer_process_of_another_version_is_not_used(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    program = writer_program(Role.VIEWS, settings)
    process = RestartingProcess(replace(program, greeting=("ready", 1, "_another")))
    process.start()
    pid = pid_of(process)

    def has_ended_unused() -> bool:
        assert not process.is_ready()
        return has_gone(pid)

    until(has_ended_unused, "the process lives", STARTS_WITHIN)

    assert "is of another version, and is not used until a restart" in caplog.text
    assert not process.is_ready() and process.child is None


def test_a_writer_process_ends_with_its_server(stores: Stores, started: Callable[[Role], RestartingProcess]) -> None:
    process = started(Role.VIEWS)
    pid = pid_of(process)

    assert process.child is not None and process.child._process.stdin is not None
    process.child._process.stdin.close()

    until(lambda: has_gone(pid), "the process outlives its server")


def test_messages_of_any_size_are_received_in_order() -> None:
    reading, writing = os.pipe()
    back, forth = Channel(reading, writing), Channel(reading, writing)
    values: list[object] = [None, ("done", 1), [b"x" * 30_000, "\u00e4"], {}]

    for value in values:
        forth.send(value)

    assert [back.receive_within(1) for _ in values] == values
    with pytest.raises(TimeoutError):
        back.receive_within(0)
    os.close(writing)
    with pytest.raises(ChannelClosed):
        back.receive()
    os.close(reading)


def test_messages_are_received_over_descriptors_of_any_number() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2048), hard))
    reading, writing = os.pipe()
    high = fcntl.fcntl(reading, fcntl.F_DUPFD, 1500)
    channel = Channel(high, writing)

    channel.send("word")

    assert channel.receive_within(1) == "word"
    for descriptor in (reading, high, writing):
        os.close(descriptor)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_writer_process_ignores_sigterm_until_its_server_has_ended(
    stores: Stores, started: Callable[[Role], RestartingProcess]
) -> None:
    """As when a service manager sends it to all the processes of a service at once."""
    process = started(Role.LOG)
    os.kill(pid_of(process), signal.SIGTERM)

    async def scenario() -> list[int]:
        appender = WriterProcessAppender(Unused(), process)
        positions = await appender.append([an_append(stores)])
        await appender.close()
        return positions

    assert asyncio.run(scenario()) == [stores.events.last_position()]


def test_a_writer_process_that_cannot_be_started_is_done_without(
    stores: Stores, started: Callable[[Role], RestartingProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    process = started(Role.LOG)
    process.give_up(ChannelClosed("for a test"))

    def none_left(*_: object, **__: object) -> None:
        raise OSError("Too many open files")

    monkeypatch.setattr(restarting, "ChildProcess", none_left)

    assert not process.is_ready()
    appender = WriterProcessAppender(ThreadedAppender(stores.store.recorder), process)
    assert asyncio.run(appender.append([an_append(stores)])) == [1]


def pid_of(process: RestartingProcess) -> int:
    assert process.child is not None
    return process.child.pid
