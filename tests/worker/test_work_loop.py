"""The work loop: acquires pending runs, takes over those of dead workers, and releases its leases."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import StoreUnavailable
from domain.runs.report_run import ReportRun, Status
from interfaces.composition.stores import Stores
from interfaces.processes.supervisor import Supervisor
from interfaces.settings import Settings
from tests.support.clock import StillClock
from tests.support.processes import until
from tests.support.stores import stores_in
from tests.worker.loops import WaitingEngine, loop_on, saved

LEASE_SECONDS = 0.3


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with stores_in(tmp_path) as opened:
        yield opened


def status_of(stores: Stores, run_id: str) -> Status:
    run = stores.events.find(ReportRun, run_id)
    assert run is not None
    return run.status


def test_a_pending_run_is_carried_out_and_its_claim_is_released(stores: Stores, tmp_path: Path) -> None:
    run_id = saved(stores)

    worked = loop_on(stores, tmp_path, WaitingEngine()).work_once()

    assert worked
    assert status_of(stores, run_id) is Status.SUCCEEDED
    assert stores.queue.size() == 0
    assert [{**row} for row in stores.queue_writer.every("select in_work, head from queue_accounts")] == [
        {"in_work": 0, "head": None}
    ]


def test_without_pending_runs_there_is_nothing_to_do(stores: Stores, tmp_path: Path) -> None:
    assert not loop_on(stores, tmp_path, WaitingEngine()).work_once()


def test_a_run_whose_worker_died_is_taken_over(stores: Stores, tmp_path: Path) -> None:
    run_id = saved(stores, attempts=1)

    loop_on(stores, tmp_path, WaitingEngine()).work_once()

    run = stores.events.find(ReportRun, run_id)
    assert run is not None and (run.status, run.attempts) == (Status.SUCCEEDED, 2)


def test_a_run_that_may_go_better_later_waits_for_its_delay(stores: Stores, tmp_path: Path) -> None:
    run_id = saved(stores)
    engine = WaitingEngine()
    engine.trouble = OSError("no space left")
    loop = loop_on(stores, tmp_path, engine)

    assert loop.work_once()
    assert not loop.work_once()

    assert status_of(stores, run_id) is Status.PENDING


def test_a_claim_is_kept_while_the_work_takes_longer_than_the_lease(stores: Stores, tmp_path: Path) -> None:
    run_id = saved(stores)
    clock, engine = StillClock(), WaitingEngine()
    engine.may_end.clear()
    claims = stores.claims_by(clock)
    loop = loop_on(stores, tmp_path, engine, claims, lease_seconds=LEASE_SECONDS)
    worker = threading.Thread(target=loop.work_once)
    worker.start()
    assert engine.begun.wait(10)

    taken: list[str | None] = []
    for _ in range(20):
        clock.move(LEASE_SECONDS / 2)
        until(lambda: held_until(stores) == clock.now().timestamp() + LEASE_SECONDS, "the lease is not renewed")
        taken.append(claims.acquire("worker:b", 30))
    engine.may_end.set()
    worker.join()

    assert taken == [None] * 20
    assert status_of(stores, run_id) is Status.SUCCEEDED


def held_until(stores: Stores) -> float:
    """The end of the one lease, in Unix seconds."""
    (lease,) = stores.queue_writer.every("select held_until from queue_leases")
    return float(lease["held_until"])


def test_what_is_handed_back_can_be_taken_at_once(stores: Stores, tmp_path: Path) -> None:
    run_id = saved(stores)
    engine = WaitingEngine()
    engine.may_end.clear()
    loop = loop_on(stores, tmp_path, engine)
    worker = threading.Thread(target=loop.work_once)
    worker.start()
    assert engine.begun.wait(10)

    loop.hand_back()

    assert stores.claims.acquire("worker:b", 30) == run_id
    engine.may_end.set()
    worker.join()
    run = stores.events.find(ReportRun, run_id)
    assert run is not None and (run.status, run.attempts, run.used_attempts) == (Status.PENDING, 1, 0)


def test_work_that_broke_off_is_not_handed_back_later(stores: Stores, tmp_path: Path) -> None:
    run_id = saved(stores)
    engine = WaitingEngine()
    engine.trouble = OSError("no space left")
    loop = loop_on(stores, tmp_path, engine)

    def unavailable() -> None:
        raise StoreUnavailable("The views cannot be written.")

    loop._catch_up = unavailable
    with pytest.raises(StoreUnavailable):
        loop.work_once()
    loop.hand_back()

    run = stores.events.find(ReportRun, run_id)
    assert run is not None and (run.attempts, run.used_attempts) == (1, 1)


def test_work_ends_soon_after_a_stop(stores: Stores, tmp_path: Path) -> None:
    loop = loop_on(stores, tmp_path, WaitingEngine())
    worker = threading.Thread(target=loop.work)
    worker.start()

    loop.stop()
    worker.join(5)

    assert not worker.is_alive()


def test_processes_that_were_never_started_can_be_stopped(tmp_path: Path) -> None:
    """As where a server cannot start."""
    supervisor = Supervisor(Settings(data=tmp_path), count=1)

    supervisor.stop()

    assert supervisor.processes() == []


def test_a_worker_process_that_is_killed_is_replaced_and_all_end_at_a_stop(tmp_path: Path) -> None:
    with stores_in(tmp_path):
        supervisor = Supervisor(Settings(data=tmp_path, log_level="error"), count=1)
    supervisor.start()
    first = supervisor.processes()

    first[0].kill()
    until(lambda: supervisor.processes()[0].pid != first[0].pid, "no other process takes its place")
    second = supervisor.processes()
    supervisor.stop()

    assert second[0].exit_code() is not None
