"""One batch of changes to the queue: what a number of events of the log come to."""

from __future__ import annotations

from typing import NamedTuple

from application.queue.queue_feed import PendingRun
from interfaces.storage.sql.queue.queue_rows import QueueRows, Term


class Place(NamedTuple):
    """Where the queue has a run. position: None while it is leased and was not met in the log"""

    run_id: str
    account: str
    position: int | None
    is_held: bool


class QueueBatch:
    """Gathers changes, so that each account's row is written once for all its new runs.

    new      run id -> a run that may be taken
    delayed  run id -> the wait of a run
    removed  ids of runs that have ended
    """

    def __init__(self, rows: QueueRows) -> None:
        self._rows = rows
        self.new: dict[str, PendingRun] = {}
        self.delayed: dict[str, Term] = {}
        self.removed: set[str] = set()

    def flush(self) -> None:
        """Write all changes, within a transaction."""
        known = [place for id in sorted(self.removed | self.delayed.keys()) if (place := self._find(id))]
        accounts = {run.account for run in self.new.values()} | {place.account for place in known}
        self._rows.lock(accounts)
        self._place_leased()
        self._rows.add([run for id, run in self.new.items() if id not in self.delayed])
        for id in self.new.keys() & self.delayed.keys():
            self._rows.hold(*self.new[id], self.delayed[id])
        for place in known:
            self._change(place)

    def _place_leased(self) -> None:
        """Give runs that were leased before they were stored their positions."""
        leased = {row["run_id"] for row in self._rows.all("unplaced")} if self.new else set()
        for id in leased & self.new.keys():
            if self._rows.change("place", {"run_id": id, "position": self.new[id].position}):
                del self.new[id]

    def _find(self, run_id: str) -> Place | None:
        if run_id in self.new:
            return None
        if (row := self._rows.find("find lease", run_id)) is not None:
            return Place(run_id, row["account"], row["position"], is_held=True)
        if (row := self._rows.find("find run", run_id)) is not None:
            return Place(run_id, row["account"], row["position"], is_held=False)
        return None

    def _change(self, place: Place) -> None:
        """Remove a run that has ended, or let one wait that might have been taken."""
        ends = place.run_id in self.removed
        if place.is_held:
            lease = self._rows.change("drop lease", {"run_id": place.run_id}) if ends else None
            if lease and lease["worker"]:
                self._rows.count_in_work(place.account, -1)
        elif place.position is not None:
            taken = self._rows.take(place.account, place.position, into_work=False)
            if taken and not ends:
                self._rows.hold(taken, place.account, place.position, self.delayed[place.run_id])
