"""The tables of the queue, and what feeds them from the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar, cast

from application.projecting.projection import Projection
from application.queue.queue_feed import PendingRun, PendingRuns
from application.queue.queue_projection import QueueProjection
from application.views.views import UnitOfWork
from interfaces.storage.sql.database import Writer
from interfaces.storage.sql.queue.queue_batch import QueueBatch
from interfaces.storage.sql.queue.queue_rows import QueueRows, Term
from interfaces.storage.sql.statements import statements

FILL_RUNS = 10_000
"""Runs of one step when the queue is filled anew: bounds memory."""


Made = TypeVar("Made")


class SqlQueue:
    """The queue as `QueueFeed` writes it; also its unit of work."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._sql = statements("queue/queue.sql")
        self._rows = QueueRows(writer)

    def set_up(self) -> None:
        """Create the tables that are missing."""
        with self._writer.write_lock():
            for name, text in self._sql.items():
                if name.startswith("create "):
                    self._writer.execute(text)

    def is_filled(self) -> bool:
        return self._writer.one(self._sql["position"]) is not None

    def position(self) -> int:
        row = self._writer.one(self._sql["position"])
        return int(row["position"]) if row else 0

    def positions(self) -> dict[str, int]:
        return {QueueProjection.name: self.position()}

    def advance(self, positions: Mapping[str, int]) -> None:
        self._writer.execute(self._sql["advance"], {"position": positions[QueueProjection.name]})

    def writer(self, projection: type[Projection[Made]]) -> Made:
        return cast("Made", self)

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        with self._writer.write_lock():
            self._batch = QueueBatch(self._rows)
            yield self
            self._batch.flush()

    def add(self, run_id: str, account: str, position: int) -> None:
        self._batch.new[run_id] = PendingRun(run_id, account, position)

    def delay(self, run_id: str, since: float, until: float) -> None:
        self._batch.delayed[run_id] = Term("", since, until)

    def remove(self, run_id: str) -> None:
        if self._batch.new.pop(run_id, None) is None:
            self._batch.removed.add(run_id)

    def fill(self, pending: PendingRuns) -> None:
        with self._writer.write_lock():
            self._rows.lock_all()
            for name in ("clear runs", "clear accounts", "clear position"):
                self._writer.execute(self._sql[name])
            self._writer.execute(self._sql["first position"], {"position": pending.position})
            held = self._writer.every(self._sql["held"])
            in_work = Counter(row["account"] for row in held if row["worker"])
            self._rows.lock(in_work)
            for account, runs in in_work.items():
                self._rows.count_in_work(account, runs)
            held_ids = {row["run_id"] for row in held}
            while some := list(islice(pending.runs, FILL_RUNS)):
                batch = QueueBatch(self._rows)
                batch.new = {run.run_id: run for run in some if run.run_id not in held_ids}
                batch.flush()
                for run in some:
                    if run.run_id in held_ids:  # maybe leased before it was stored, and not met in the log yet
                        self._rows.change("place", {"run_id": run.run_id, "position": run.position})

    def has(self, run_id: str) -> bool:
        return any(self._rows.find(name, run_id) for name in ("find run", "find lease"))

    def size(self) -> int:
        """The number of runs in the queue, under lease or not."""
        row = self._writer.one(self._sql["count"])
        return row["available"] + row["held"] if row else 0
