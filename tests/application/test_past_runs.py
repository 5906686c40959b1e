"""Runs as they were: one of them, and the list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from application.history.moments import Moment
from application.history.past_run import past_run
from application.history.past_runs import run_then, runs_then
from domain.aggregate import TextIdEvent
from domain.errors import NotFound
from domain.runs.report_run import ReportRun
from tests.support.clock import NOON
from tests.support.damage import change_event
from tests.support.runs import a_file, pending_run, start
from tests.support.stores import stores_in

NOON_SECONDS = int(NOON.timestamp())


def a_history() -> ReportRun:
    """Requested at noon, failed never: attempt after 10 s, result after 20 s, file removed after a year."""
    run = pending_run()
    run.start_attempt(ledger_version=7, engine="duckdb", actor="worker:a:1", at=NOON + timedelta(seconds=10))
    run.succeed(a_file("file_1"), ledger_version=7, seconds=0.1, actor="worker:a:1", at=NOON + timedelta(seconds=20))
    run.remove_file("file_1", actor="cli:alice", at=NOON + timedelta(days=366))
    return run


def recorded(run: ReportRun) -> Sequence[TextIdEvent]:
    return cast("Sequence[TextIdEvent]", run.collect_events())


@pytest.mark.parametrize(
    ("moment", "status", "version", "file_removed"),
    [
        (Moment(at=NOON_SECONDS), "pending", 1, False),
        (Moment(at=NOON_SECONDS + 19), "pending", 2, False),
        (Moment(version=2), "pending", 2, False),
        (Moment(at=NOON_SECONDS + 20), "succeeded", 3, False),
        (Moment(version=3), "succeeded", 3, False),
        (Moment(), "succeeded", 4, True),
    ],
)
def test_a_run_is_as_its_events_until_then_made_it(
    moment: Moment, status: str, version: int, file_removed: bool
) -> None:
    found = past_run(recorded(a_history()), moment)

    assert found is not None
    assert (found.row.status, found.version, found.file_removed) == (status, version, file_removed)
    assert found.sha256 == ("ab" * 32 if status == "succeeded" else None)
    assert found.row.file_id == ("file_1" if status == "succeeded" else None)


def test_a_run_is_not_there_before_it_was_created() -> None:
    assert past_run(recorded(a_history()), Moment(at=NOON_SECONDS - 1)) is None


def test_the_error_says_when_the_run_was_created(tmp_path: Path) -> None:
    with stores_in(tmp_path) as stores:
        run = a_history()
        stores.events.save(run)

        with pytest.raises(NotFound, match=f"No such report run: '{run.id}'. Its first event is of 2026"):
            run_then(stores.events, run.id, Moment(at=NOON_SECONDS - 1))


def test_the_list_has_the_runs_that_there_were_as_they_were(tmp_path: Path) -> None:
    with stores_in(tmp_path) as stores:
        first, second = a_history(), pending_run()
        start(second)
        stores.events.save(first)
        stores.events.save(second)

        then = list(runs_then(stores.events, Moment(at=NOON_SECONDS + 5)))
        now = list(runs_then(stores.events, Moment()))
        before = list(runs_then(stores.events, Moment(at=NOON_SECONDS - 5)))

    assert [(one.row.id, one.row.status) for one in then] == [(first.id, "pending"), (second.id, "pending")]
    assert [(one.row.id, one.row.status) for one in now] == [(first.id, "succeeded"), (second.id, "pending")]
    assert before == []


def test_the_list_is_read_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("application.log.event_store.STREAM_EVENTS", 3)
    with stores_in(tmp_path) as stores:
        runs = [a_history() for _ in range(4)]
        for run in runs:
            stores.events.save(run)

        found = [one.row.id for one in runs_then(stores.events, Moment(), account="acct_1", livemode=False)]
        others = list(runs_then(stores.events, Moment(), account="acct_2"))

    assert found == [run.id for run in runs]
    assert others == []


def test_a_damaged_run_is_left_out_of_the_list_alone(tmp_path: Path) -> None:
    with stores_in(tmp_path) as stores:
        whole, damaged = a_history(), a_history()
        stores.events.save(damaged)
        stores.events.save(whole)
        change_event(tmp_path, damaged.id, 1, state=b"{")

        assert [one.row.id for one in runs_then(stores.events, Moment())] == [whole.id]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("3", Moment(version=3)),
        ("999999", Moment(version=999_999)),
        ("1735689600", Moment(at=1735689600)),
        ("2025-01-01", Moment(at=1735689600)),
    ],
)
def test_a_moment_is_a_version_or_a_time(text: str, moment: Moment) -> None:
    assert Moment.parse(text) == moment


def test_a_text_that_is_no_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="'soon' is not a time"):
        Moment.parse("soon")
