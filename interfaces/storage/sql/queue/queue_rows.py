"""The rows of the queue: each change of a run keeps its account's row in step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from application.queue.queue_feed import PendingRun
from interfaces.storage.sql.database import Row, Writer
from interfaces.storage.sql.statements import statements

RUN_COLUMNS = ("account", "position", "run_id")


class Term(NamedTuple):
    """A lease, or a wait when there is no worker. since, until: Unix seconds"""

    worker: str
    since: float
    until: float


class QueueRows:
    """Methods are called within a transaction; those that change an account's row, after it was locked."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        plain = statements("queue/queue.sql")
        self._sql = {name: text.replace("{lock}", writer.row_lock).rstrip() for name, text in plain.items()}
        skipping = f"{writer.row_lock} skip locked" if writer.row_lock else ""
        self._next_free = plain["next"].replace("{lock}", skipping).rstrip()

    def lock(self, accounts: Iterable[str]) -> None:
        """Lock the rows of accounts in the order of their names, and make those that are missing."""
        rows = [{"account": account} for account in sorted(accounts)]
        self._writer.execute_many(self._sql["know account"], rows)
        if self._writer.row_lock:
            for row in rows:
                self._writer.one(self._sql["lock account"], row)

    def lock_all(self) -> None:
        """Lock the rows of all accounts that are known, in the order of their names."""
        if self._writer.row_lock:
            self._writer.every(self._sql["lock accounts"])

    def next_account(self, account_limit: int) -> tuple[str, int] | None:
        """The account that comes next, locked, and the position of its oldest run.

        One that other workers have locked is waited for only when there is no other.
        """
        values = {"account_limit": account_limit}
        row = self._writer.one(self._next_free, values)
        if row is None and self._writer.row_lock:
            row = self._writer.one(self._sql["next"], values)
        return (row["account"], row["head"]) if row else None

    def take(self, account: str, position: int, *, into_work: bool) -> str | None:
        """Take a run out of those that may be taken; its id, None when it is not among them."""
        values = {"account": account, "position": position}
        row = self._writer.one(self._sql["take"], values)
        more = int(into_work and row is not None)
        self._writer.execute(self._sql["took"], {**values, "more_in_work": more})
        return str(row["run_id"]) if row else None

    def hold(self, run_id: str, account: str, position: int | None, term: Term) -> bool:
        """Lease a run; False when it is under lease already."""
        values = {"run_id": run_id, "account": account, "position": position, "worker": term.worker}
        times = {"held_since": term.since, "held_until": term.until}
        return self._writer.one(self._sql["hold"], {**values, **times}) is not None

    def give_back(self, run_id: str, account: str, position: int | None, *, out_of_work: bool) -> None:
        """Let a run be taken again. One that was leased and never stored is forgotten."""
        if out_of_work:
            self.count_in_work(account, -1)
        if position is not None:
            values = {"account": account, "position": position}
            self._writer.execute(self._sql["put back"], {**values, "run_id": run_id})
            self._writer.execute(self._sql["give back"], values)

    def add(self, runs: Sequence[PendingRun]) -> None:
        """Add runs that may be taken; their accounts are locked."""
        self._writer.insert_new("queue_runs", RUN_COLUMNS, [(run.account, run.position, run.run_id) for run in runs])
        heads: dict[str, int] = {}
        for run in runs:
            heads[run.account] = min(run.position, heads.get(run.account, run.position))
        changes = [{"account": name, "position": head} for name, head in heads.items()]
        self._writer.execute_many(self._sql["give back"], changes)

    def count_in_work(self, account: str, more: int) -> None:
        self._writer.execute(self._sql["work"], {"account": account, "more_in_work": more})

    def find(self, name: str, run_id: str) -> Row | None:
        """The row of a run by the statement of that name."""
        return self._writer.one(self._sql[name], {"run_id": run_id})

    def change(self, name: str, values: Mapping[str, object]) -> Row | None:
        """Execute a statement that returns the row that it has changed; None when there was none."""
        return self._writer.one(self._sql[name], values)

    def all(self, name: str) -> Sequence[Row]:
        return self._writer.every(self._sql[name])
