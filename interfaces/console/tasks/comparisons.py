"""Comparisons of runs with files that are made again: those under way, and what came of the last ones."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass

from application.history.result_verification import Comparison
from domain.errors import ReportrunError
from interfaces.console.tasks.task_orders import ComparisonOrder
from interfaces.processes.task_pool import TaskPool

MOST_KEPT = 256

log = logging.getLogger("reportrun.console")


@dataclass(slots=True)
class Trial:
    """A comparison under way, or its outcome.

    part     of the work that is done, 0.0 to 1.0
    trouble  why there is no outcome; empty while there is none to tell
    """

    part: float = 0.0
    comparison: Comparison | None = None
    trouble: str = ""

    @property
    def is_running(self) -> bool:
        return self.comparison is None and not self.trouble


class Comparisons:
    """One trial for each run, in this server's memory; the oldest ones make room, but for those that are running."""

    def __init__(self, tasks: TaskPool, seconds: float) -> None:
        """seconds: how long one may take"""
        self._tasks = tasks
        self._seconds = seconds
        self._trials: OrderedDict[str, Trial] = OrderedDict()
        self._running: set[asyncio.Task[None]] = set()

    def of(self, run_id: str) -> Trial | None:
        return self._trials.get(run_id)

    def start(self, run_id: str) -> None:
        """Begin one; nothing is done while one of the same run is running."""
        known = self._trials.get(run_id)
        if known is not None and known.is_running:
            return
        trial = self._trials[run_id] = Trial()
        self._trials.move_to_end(run_id)
        self._make_room()
        task = asyncio.create_task(self._run(run_id, trial))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _make_room(self) -> None:
        ended = [run_id for run_id, trial in self._trials.items() if not trial.is_running]
        for run_id in ended[: max(0, len(self._trials) - MOST_KEPT)]:
            del self._trials[run_id]

    async def _run(self, run_id: str, trial: Trial) -> None:
        def note(part: float) -> None:
            trial.part = part

        try:
            trial.comparison = await self._tasks.run(ComparisonOrder(run_id), self._seconds, note)
        except ReportrunError as trouble:
            trial.trouble = str(trouble)
        except Exception:
            log.exception("a comparison failed in a way that it should not")
            trial.trouble = "Something went wrong on our end. Its details are in the server's log."
