"""A report run: pending, then succeeded or failed, for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from domain.errors import RunAlreadyFinished
from domain.runs.report_run import ReportRun, Status
from tests.support.runs import a_file, fail, pending_run, start, succeed


def test_a_run_begins_pending_and_remembers_who_asked_for_what() -> None:
    run = pending_run()

    (created,) = run.collect_events()
    assert isinstance(created, ReportRun.Created)
    assert run.id.startswith("frr_") and len(run.id) == 28
    assert run.status is Status.PENDING
    assert (created.actor, created.request_id, created.idempotency_key) == ("key_1", "req_1", "idem")
    assert (created.account, created.livemode) == ("acct_1", False)
    assert created.parameters == {"interval_start": 1, "interval_end": 2}


def test_attempts_are_counted() -> None:
    run = pending_run()

    start(run)
    start(run)

    assert run.attempts == 2
    assert [type(event).__name__ for event in run.collect_events()] == ["Created", "AttemptStarted", "AttemptStarted"]


def test_success_records_everything_that_proves_the_file() -> None:
    run = pending_run()
    start(run)

    succeed(run, a_file("file_1"))

    success = run.collect_events()[-1]
    assert isinstance(success, ReportRun.Succeeded)
    assert run.status is Status.SUCCEEDED
    assert (success.file_id, success.size, success.rows, success.ledger_version) == ("file_1", 120, 3, 7)
    assert success.sha256 == "ab" * 32


@pytest.mark.parametrize("finish", [succeed, fail])
@pytest.mark.parametrize("again", [succeed, fail, start])
def test_a_finished_run_cannot_change_again(finish: Callable[..., Any], again: Callable[..., Any]) -> None:
    run = pending_run()
    finish(run)

    with pytest.raises(RunAlreadyFinished, match="a finished run never changes"):
        again(run)

    assert len(run.collect_events()) == 2
