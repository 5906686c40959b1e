"""What a server says of workers and places besides its own answers: a fault is a sentence, and never a long wait."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence

import pytest

from application.health import surroundings
from application.health.surroundings import OperatingState, Places, Surroundings
from application.ports.workers import SeenWorker
from application.queue.work_state import WorkSurvey
from application.views.runs import Backlog
from domain.access.caller import Scope
from domain.errors import StoreUnavailable
from tests.support.clock import NOON, StillClock


class Rows:
    """Runs, ledgers and files, as far as they are asked for here."""

    def __init__(self, pending: int = 0, ledgers: Sequence[bool] = (), files: int = 0) -> None:
        self.pending, self.ledgers, self.files = pending, ledgers, files

    async def backlog(self, most: int) -> Backlog:
        return Backlog(self.pending, int(NOON.timestamp()) - 5 if self.pending else None)

    async def of_account(self, scope: Scope) -> Sequence[str]:
        return ["a row"] if scope.livemode in self.ledgers else []

    async def by_id(self, after: str, limit: int) -> Sequence[str]:
        return ["a file"] * min(limit, self.files)


def away(what: str) -> None:
    raise StoreUnavailable(f"{what} is away.")


def state(
    rows: Rows,
    seen: Callable[[], Sequence[SeenWorker]] = tuple,
    ledger: Callable[[bool], None] = lambda livemode: None,
    results: Callable[[], None] = lambda: None,
) -> OperatingState:
    places = Places(ledgers=rows, files=rows, must_reach_ledger=ledger, must_reach_results=results)  # type: ignore[arg-type]
    looked_at = Surroundings(WorkSurvey(rows, seen, StillClock()), places)  # type: ignore[arg-type]
    return asyncio.run(looked_at.state())


def test_all_is_well_when_nothing_waits_and_every_place_is_reached() -> None:
    found = state(Rows(ledgers=[True, False], files=1))

    assert found.faults == [] and found.work is not None and found.work.pending == 0


def test_runs_without_a_worker_and_places_that_are_away_are_told() -> None:
    found = state(
        Rows(pending=2, ledgers=[True], files=1),
        ledger=lambda livemode: away("The live ledger" if livemode else "The test ledger"),
        results=lambda: away("The bucket"),
    )

    assert list(found.faults) == [
        "2 runs are pending, the oldest for 5 s. No worker is alive: `reportrun worker` starts one.",
        "The live ledger is away.",
        "The bucket is away.",
    ]


def test_a_place_that_nothing_was_put_into_need_not_be_there() -> None:
    assert state(Rows(), ledger=lambda livemode: away("It"), results=lambda: away("It")).faults == []


def test_a_queue_that_cannot_be_read_is_told_and_stops_nothing() -> None:
    def damaged() -> Sequence[SeenWorker]:
        raise StoreUnavailable("The file queue.db is damaged.")

    assert state(Rows(), seen=damaged) == (
        None,
        ["Which workers are alive cannot be read. The file queue.db is damaged."],
    )


def test_what_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "PATIENCE_SECONDS", 0.05)
    may_end = threading.Event()

    def hang(*_: object) -> tuple[()]:
        assert may_end.wait(20)
        return ()

    async def ask() -> OperatingState:
        rows = Rows(files=1)
        places = Places(ledgers=rows, files=rows, must_reach_ledger=hang, must_reach_results=hang)  # type: ignore[arg-type]
        found = await Surroundings(WorkSurvey(rows, hang, StillClock()), places).state()  # type: ignore[arg-type]
        may_end.set()
        return found

    assert asyncio.run(ask()) == (
        None,
        [
            "Which workers are alive cannot be read in time.",
            "The ledger or the result files cannot be reached in time.",
        ],
    )
