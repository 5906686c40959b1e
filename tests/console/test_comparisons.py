"""Comparisons under way: one for each run, with progress, and their outcomes for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from application.history.result_verification import Comparison, Likeness
from domain.errors import StoreUnavailable
from interfaces.composition.console import console_tasks
from interfaces.console.tasks import comparisons
from interfaces.console.tasks.comparisons import Comparisons
from interfaces.console.tasks.task_orders import ComparisonOrder
from interfaces.processes.task_pool import TaskPool
from interfaces.settings import Settings

EQUAL = Comparison(Likeness.EQUAL, 1, "ab", "ab")


class Tasks:
    """Tasks that end when the test says so."""

    def __init__(self) -> None:
        self.orders: list[object] = []
        self.end = asyncio.Event()
        self.outcome: Comparison | Exception = EQUAL

    async def run(self, order: object, seconds: float, progress: Callable[[float], None]) -> Any:
        self.orders.append(order)
        progress(0.25)
        await self.end.wait()
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_a_run_is_compared_once_at_a_time_and_shows_how_far_it_is() -> None:
    async def ask() -> None:
        tasks = Tasks()
        trials = Comparisons(cast("TaskPool", tasks), 1.0)
        trials.start("frr_1")
        trials.start("frr_1")
        await settle()

        trial = trials.of("frr_1")
        assert trial is not None
        assert (trial.is_running, trial.part, tasks.orders) == (True, 0.25, [ComparisonOrder("frr_1")])
        tasks.end.set()
        await settle()
        assert (trial.is_running, trial.comparison, trials.of("frr_2")) == (False, EQUAL, None)

    asyncio.run(ask())


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [(StoreUnavailable("The server is busy."), "The server is busy."), (KeyError("x"), "Something went wrong")],
)
def test_trouble_ends_a_comparison_with_a_sentence(outcome: Exception, sentence: str) -> None:
    async def ask() -> None:
        tasks = Tasks()
        tasks.outcome = outcome
        tasks.end.set()
        trials = Comparisons(cast("TaskPool", tasks), 1.0)
        trials.start("frr_1")
        await settle()

        trial = trials.of("frr_1")
        assert trial is not None
        assert (trial.is_running, trial.trouble[: len(sentence)]) == (False, sentence)

    asyncio.run(ask())


def test_outcomes_are_kept_up_to_a_number_and_those_under_way_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparisons, "MOST_KEPT", 2)

    async def ask() -> None:
        tasks = Tasks()
        trials = Comparisons(cast("TaskPool", tasks), 1.0)
        for number in range(3):
            trials.start(f"frr_{number}")
        await settle()
        assert [trials.of(f"frr_{number}") is not None for number in range(3)] == [True, True, True]
        tasks.end.set()
        await settle()
        trials.start("frr_3")
        await settle()
        assert [trials.of(f"frr_{number}") is not None for number in range(4)] == [False, False, True, True]

    asyncio.run(ask())


def test_no_outcome_makes_room_while_there_is_room() -> None:
    async def ask() -> None:
        tasks = Tasks()
        tasks.end.set()
        trials = Comparisons(cast("TaskPool", tasks), 1.0)
        run_ids = [f"frr_{number}" for number in range(200)]
        for run_id in run_ids:
            trials.start(run_id)
        await settle()
        trials.start("frr_200")
        assert len(run_ids) < comparisons.MOST_KEPT
        assert [run_id for run_id in run_ids if trials.of(run_id) is None] == []

    asyncio.run(ask())


def test_a_comparison_in_a_folder_that_lost_its_store_makes_none(tmp_path: Path) -> None:
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    tasks = console_tasks(Settings(data=mounted))

    with pytest.raises(StoreUnavailable, match=f"There is no store in {mounted}"):
        asyncio.run(tasks.run(ComparisonOrder("frr_1"), 60.0))

    assert list(mounted.iterdir()) == []
