"""The comparison of a result on record with one that is made again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from application.history.result_verification import Comparison, Likeness, Progress, ResultVerification
from application.log.event_store import EventStore
from domain.access.caller import Scope
from domain.errors import NotFound, ReportFailed, ResultDiffers
from domain.runs.report_run import ReportRun, ResultFile
from interfaces.testing.memory.store import open_memory

AT = datetime(2025, 1, 1, tzinfo=UTC)

ON_RECORD, OTHER = "ab" * 32, "cd" * 32


@pytest.fixture
def events() -> EventStore:
    return open_memory().events


@pytest.fixture
def run_id(events: EventStore) -> str:
    run = ReportRun.request("balance.summary.1", {}, scope=Scope("acct_1", livemode=False), actor="key_1", at=AT)
    run.start_attempt(ledger_version=7, engine="none", actor="worker:1", at=AT)
    file = ResultFile("file_1", "a.csv", size=1, sha256=ON_RECORD, rows=1, columns=("net",))
    run.succeed(file, ledger_version=7, seconds=0.1, actor="worker:1", at=AT)
    events.save(run)
    return run.id


def comparison(events: EventStore, run_id: str, remake: Callable[[str], ReportRun.Succeeded]) -> Comparison:
    def make_again(id: str, target: Path, progress: Progress) -> ReportRun.Succeeded:
        return remake(id)

    return ResultVerification(events, make_again).comparison(run_id, Path("scratch"), lambda part: None)


def test_the_same_bytes_are_equal(events: EventStore, run_id: str) -> None:
    found = comparison(events, run_id, ResultVerification(events, None).success_of)  # type: ignore[arg-type]

    assert found == Comparison(Likeness.EQUAL, 7, ON_RECORD, ON_RECORD)


def test_other_bytes_are_different_with_both_digests(events: EventStore, run_id: str) -> None:
    def differs(id: str) -> ReportRun.Succeeded:
        raise ResultDiffers(OTHER, ON_RECORD)

    assert comparison(events, run_id, differs) == Comparison(Likeness.DIFFERENT, 7, ON_RECORD, OTHER)


def test_a_file_that_cannot_be_made_is_not_called_different(events: EventStore, run_id: str) -> None:
    def fails(id: str) -> ReportRun.Succeeded:
        raise ReportFailed("The parameters were erased.", "erased")

    found = comparison(events, run_id, fails)

    assert found == Comparison(Likeness.NOT_MADE, 7, ON_RECORD, reason="The parameters were erased.")


def test_a_run_without_a_result_is_not_found(events: EventStore) -> None:
    with pytest.raises(NotFound):
        comparison(events, "frr_none", lambda made: pytest.fail("nothing is made"))
