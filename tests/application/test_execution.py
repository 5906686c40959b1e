"""One run is carried out: from a claim to a file or a sentence, whatever happens on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent

from application.log.idempotency_records import Append
from application.ports.engine import ReportOrder
from application.runs.execution import AT_ONCE, FINISHED, Outcome
from domain.access.caller import Scope
from domain.errors import OnlyInTestMode, ReportFailed
from domain.ledger.ledger import Ledger
from domain.report_types import CUSTOM_FAMILY, ReportType, catalogue
from domain.runs.report_run import CLOCKS_DIFFER_SECONDS, PlannedOutcome, ReportRun, Status
from interfaces.host.scratch_folder import LOCK
from interfaces.testing.memory.store import MemoryStore, open_memory
from tests.application.scripted_engine import ScriptedEngine, two_rows, worker
from tests.support.clock import StillClock
from tests.support.folders import files_below
from tests.support.runs import fail, pending_run, start


def breaks(error: Exception) -> Callable[[ReportOrder, Path], int]:
    def act(order: ReportOrder, target: Path) -> int:
        target.write_text("half a fi")
        raise error

    return act


@pytest.fixture
def stores() -> MemoryStore:
    return open_memory()


def saved_run(stores: MemoryStore) -> str:
    run = pending_run()
    stores.events.save(run)
    return run.id


def stored(stores: MemoryStore, run_id: str) -> ReportRun:
    found = stores.events.find(ReportRun, run_id)
    assert found is not None
    return found


def events_of(stores: MemoryStore, run_id: str) -> list[str]:
    return [type(event).__name__ for event in stores.events.events_of(run_id)]


def files_in(folder: Path) -> list[str]:
    """The results that are kept or half made; the lock of a worker's own folder is neither."""
    return sorted(path.name for path in files_below(folder / "files") if path.name != LOCK)


def test_a_run_succeeds_with_a_file_that_is_kept_and_described(stores: MemoryStore, tmp_path: Path) -> None:
    run_id = saved_run(stores)

    outcome = worker(stores, tmp_path, ScriptedEngine(two_rows)).execute(run_id)

    success = stores.events.events_of(run_id)[-1]
    assert outcome is FINISHED
    assert events_of(stores, run_id) == ["Created", "AttemptStarted", "Succeeded"]
    assert isinstance(success, ReportRun.Succeeded)
    assert (success.filename, success.rows, success.size) == (f"{run_id}.csv", 2, 19)
    assert success.sha256 == hashlib.sha256(b'"category"\n"a"\n"b"\n').hexdigest()
    assert files_in(tmp_path) == [f"{success.file_id}.csv"]


class Pieces:
    """A result that lies elsewhere."""

    rows = 0
    is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield b'"category"\n'
        yield b'"a"\n'
        self.rows = 1

    def close(self) -> None:
        self.is_closed = True


def test_a_result_in_pieces_is_kept_and_its_pieces_are_removed(stores: MemoryStore, tmp_path: Path) -> None:
    run_id, pieces = saved_run(stores), Pieces()
    engine = ScriptedEngine(two_rows)
    engine.pieces = pieces

    worker(stores, tmp_path, engine).execute(run_id)

    success = stores.events.events_of(run_id)[-1]
    assert isinstance(success, ReportRun.Succeeded)
    assert (success.rows, success.size, success.engine) == (1, 15, "scripted 1")
    assert pieces.is_closed


@pytest.mark.parametrize(
    ("error", "sentence", "reason"),
    [
        (ReportFailed("The columns are too wide.", "too_wide"), "The columns are too wide.", "too_wide"),
        (
            ValueError("select secret from /etc/passwd"),
            "The report could not be computed because of an internal error.",
            "engine_error",
        ),
    ],
)
def test_a_failing_engine_ends_in_a_sentence_that_leaks_nothing(
    stores: MemoryStore, tmp_path: Path, error: Exception, sentence: str, reason: str
) -> None:
    run_id = saved_run(stores)

    worker(stores, tmp_path, ScriptedEngine(breaks(error))).execute(run_id)

    failure = stores.events.events_of(run_id)[-1]
    assert isinstance(failure, ReportRun.Failed)
    assert (failure.error, failure.reason) == (sentence, reason)
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("error", [OSError("no space"), ReportFailed("Storage.", "storage", try_again=True)])
def test_trouble_that_may_pass_is_tried_again_until_the_attempts_are_used_up(
    stores: MemoryStore, tmp_path: Path, error: Exception
) -> None:
    run_id = saved_run(stores)
    execution = worker(stores, tmp_path, ScriptedEngine(breaks(error)))

    outcomes = [execution.execute(run_id) for _ in range(3)]

    assert outcomes == [Outcome(7), Outcome(7), FINISHED]
    assert events_of(stores, run_id) == ["Created", *["AttemptStarted"] * 3, "Failed"]


def test_a_run_whose_workers_died_three_times_fails_with_a_sentence_that_says_so(
    stores: MemoryStore, tmp_path: Path
) -> None:
    run = pending_run()
    for _ in range(3):
        start(run)
    stores.events.save(run)
    engine = ScriptedEngine(two_rows)

    worker(stores, tmp_path, engine).execute(run.id)

    failure = stores.events.events_of(run.id)[-1]
    assert isinstance(failure, ReportRun.Failed)
    assert failure.error.startswith("The report was attempted 3 times, and each time the worker stopped")
    assert engine.orders == []


def test_when_two_workers_race_one_result_counts_and_the_other_leaves_no_file(
    stores: MemoryStore, tmp_path: Path
) -> None:
    run_id = saved_run(stores)
    first = worker(stores, tmp_path, ScriptedEngine(two_rows), "worker:fast:1")

    def overtaken(order: ReportOrder, target: Path) -> int:
        first.execute(run_id)
        return two_rows(order, target)

    outcome = worker(stores, tmp_path, ScriptedEngine(overtaken), "worker:slow:1").execute(run_id)

    success = stores.events.events_of(run_id)[-1]
    assert outcome is AT_ONCE
    assert events_of(stores, run_id) == ["Created", "AttemptStarted", "AttemptStarted", "Succeeded"]
    assert isinstance(success, ReportRun.Succeeded) and success.actor == "worker:fast:1"
    assert files_in(tmp_path) == [f"{success.file_id}.csv"]


def test_a_finished_run_is_left_as_it_is(stores: MemoryStore, tmp_path: Path) -> None:
    run = pending_run()
    fail(run)
    stores.events.save(run)
    engine = ScriptedEngine(two_rows)

    outcome = worker(stores, tmp_path, engine).execute(run.id)

    assert outcome is FINISHED
    assert engine.orders == []
    found = stores.events.find(ReportRun, run.id)
    assert found is not None and found.status is Status.FAILED


def test_a_run_that_is_planned_to_fail_fails_with_the_chosen_sentence(stores: MemoryStore, tmp_path: Path) -> None:
    run = pending_run()
    run.plan(PlannedOutcome(error="The moon was in the way."), actor="key_1", at=StillClock().now())
    stores.events.save(run)
    engine = ScriptedEngine(two_rows)

    outcome = worker(stores, tmp_path, engine).execute(run.id)

    failure = stores.events.events_of(run.id)[-1]
    assert outcome is FINISHED
    assert isinstance(failure, ReportRun.Failed)
    assert (failure.error, failure.reason) == ("The moon was in the way.", "planned")
    assert events_of(stores, run.id) == ["Created", "OutcomePlanned", "AttemptStarted", "Failed"]
    assert engine.orders == []


def test_a_run_that_is_planned_to_wait_is_made_when_its_time_has_come(stores: MemoryStore, tmp_path: Path) -> None:
    run = pending_run()
    run.plan(PlannedOutcome(delay_seconds=40), actor="key_1", at=StillClock().now())
    stores.events.save(run)
    clock = StillClock()
    execution = worker(stores, tmp_path, ScriptedEngine(two_rows), clock=clock)

    assert execution.execute(run.id) == Outcome(40)
    clock.move(39)
    assert execution.execute(run.id) == Outcome(1)
    clock.move(1)
    assert execution.execute(run.id) is FINISHED

    assert events_of(stores, run.id) == ["Created", "OutcomePlanned", "AttemptStarted", "Succeeded"]


def test_a_clock_that_was_set_back_leaves_no_run_waiting(stores: MemoryStore, tmp_path: Path) -> None:
    run = pending_run()
    run.plan(PlannedOutcome(delay_seconds=40), actor="key_1", at=StillClock().now())
    stores.events.save(run)
    clock = StillClock()
    execution = worker(stores, tmp_path, ScriptedEngine(two_rows), clock=clock)

    clock.move(-CLOCKS_DIFFER_SECONDS)
    assert execution.execute(run.id) == Outcome(40 + CLOCKS_DIFFER_SECONDS)
    clock.move(-1)
    assert execution.execute(run.id) is FINISHED


def test_a_damaged_run_is_left_alone(stores: MemoryStore, tmp_path: Path) -> None:
    run = pending_run()
    created, *_ = stores.events.pending(run)
    stores.recorder.append([Append([StoredEvent(run.id, 1, created.topic, b"{")])])

    assert worker(stores, tmp_path, ScriptedEngine(two_rows)).execute(run.id) == Outcome(7)


def test_a_run_waits_one_attempt_for_a_damaged_ledger_to_be_restored_and_then_fails(
    stores: MemoryStore, tmp_path: Path
) -> None:
    run, clock = pending_run(), StillClock()
    stores.events.save(run)
    damaged = StoredEvent(Ledger.id_of(livemode=False), 1, "ledger.opened", b"{")
    stores.recorder.append([Append([damaged])])
    execution = worker(stores, tmp_path, ScriptedEngine(two_rows), clock=clock)

    clock.move(4)
    assert execution.execute(run.id) == Outcome(7)
    clock.move(1)
    assert execution.execute(run.id) is FINISHED

    last = stores.events.events_of(run.id)[-1]
    assert isinstance(last, ReportRun.Failed)
    assert last.error == "The ledger's record is damaged. Ask for the report again once it has been restored."


def test_a_run_in_live_mode_cannot_be_planned() -> None:
    run = pending_run(Scope("acct_1", livemode=True))

    with pytest.raises(OnlyInTestMode):
        run.plan(PlannedOutcome(error="No."), actor="key_1", at=StillClock().now())


def test_an_attempt_that_a_stop_broke_off_does_not_count(stores: MemoryStore, tmp_path: Path) -> None:
    run = pending_run()
    for _ in range(3):
        start(run)
        run.hand_back(actor="worker:a:1", at=StillClock().now())
    stores.events.save(run)

    outcome = worker(stores, tmp_path, ScriptedEngine(two_rows)).execute(run.id)

    success = stores.events.find(ReportRun, run.id)
    assert outcome is FINISHED and success is not None
    assert (success.status, success.attempts, success.used_attempts) == (Status.SUCCEEDED, 4, 1)


def custom_type() -> ReportType:
    return replace(next(iter(catalogue())), id="shop.fees.1", family=CUSTOM_FAMILY, required=(), base_id=None)


def test_a_custom_report_that_is_handed_back_uses_up_its_attempts(stores: MemoryStore, tmp_path: Path) -> None:
    run = ReportRun.request("shop.fees.1", {}, scope=pending_run().scope, actor="key_1", at=StillClock().now())
    engine = ScriptedEngine(two_rows)
    execution = worker(stores, tmp_path, engine, report_types=catalogue().and_more([custom_type()]))
    stores.events.save(run)
    for _ in range(3):
        stopped = stored(stores, run.id)
        start(stopped)
        stores.events.save(stopped)
        execution.hand_back(run.id)

    outcome = execution.execute(run.id)

    failed = stored(stores, run.id)
    assert outcome is FINISHED
    assert (failed.status, failed.used_attempts, engine.orders) == (Status.FAILED, 3, [])


def test_a_built_in_report_that_is_handed_back_keeps_its_attempts(stores: MemoryStore, tmp_path: Path) -> None:
    run = pending_run()
    start(run)
    stores.events.save(run)

    worker(stores, tmp_path, ScriptedEngine(two_rows)).hand_back(run.id)

    assert stored(stores, run.id).used_attempts == 0


def test_a_worker_hands_back_no_attempt_of_another(stores: MemoryStore, tmp_path: Path) -> None:
    run = pending_run()
    start(run)  # by worker:a:1, which is suspended past its lease
    stores.events.save(run)
    suspended = worker(stores, tmp_path, ScriptedEngine(two_rows))

    def stop_the_other(order: ReportOrder, target: Path) -> int:
        suspended.hand_back(run.id)
        return two_rows(order, target)

    worker(stores, tmp_path, ScriptedEngine(stop_the_other), name="worker:b:1").execute(run.id)

    assert events_of(stores, run.id) == ["Created", "AttemptStarted", "AttemptStarted", "Succeeded"]
    assert len(files_in(tmp_path)) == 1


def test_an_attempt_is_handed_back_once(stores: MemoryStore, tmp_path: Path) -> None:
    run = pending_run()
    start(run)
    start(run)
    stores.events.save(run)
    execution = worker(stores, tmp_path, ScriptedEngine(two_rows))

    execution.hand_back(run.id)
    execution.hand_back(run.id)

    assert stored(stores, run.id).used_attempts == 1


def test_a_run_that_is_not_in_the_log_waits(stores: MemoryStore, tmp_path: Path) -> None:
    assert worker(stores, tmp_path, ScriptedEngine(two_rows)).execute("frr_nowhere") == Outcome(7)


def test_a_run_of_a_type_that_is_gone_fails_with_a_sentence(stores: MemoryStore, tmp_path: Path) -> None:
    run = ReportRun.request("gone.1", {}, scope=pending_run().scope, actor="key_1", at=StillClock().now())
    stores.events.save(run)

    worker(stores, tmp_path, ScriptedEngine(two_rows)).execute(run.id)

    failure = stores.events.events_of(run.id)[-1]
    assert isinstance(failure, ReportRun.Failed)
    assert failure.error == "The report type gone.1 is not known any more."
