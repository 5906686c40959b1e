"""The state of sealing in a table of the log's database."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from application.ports.claims import HORIZON_LEASES
from application.ports.seal_states import SealState
from domain.errors import SealBroken
from interfaces.storage.sql.database import Writer
from interfaces.storage.sql.statements import statements

COLUMNS = SealState._fields

TYPES: Mapping[str, type | tuple[type, ...]] = {
    **dict.fromkeys(COLUMNS, str),
    "size": int,
    "position": int,
    "sealed_at": (int, float),
}
"""Of the values of each column. SQLite keeps a value of any type in any column."""

GET, PUT = statements("seal_state.sql")["get"], statements("seal_state.sql")["begin"]
"""For stores that read and write the state in the transaction of an export or an import."""


class SqlSealStates:
    def __init__(self, writer: Writer, now: Callable[[], float] = time.time) -> None:
        """writer  of the log's database; its commits are durable when they return"""
        self._writer = writer
        self._now = now
        self._sql = statements("seal_state.sql")

    def get(self) -> SealState | None:
        row = self._writer.one(self._sql["get"])
        return None if row is None else _state_of(row)

    def begin(self, state: SealState) -> SealState:
        self._updated("begin", state._asdict())
        stored = self.get()
        assert stored is not None
        return stored

    def acquire(self, holder: str, lease_seconds: float) -> bool:
        now = self._now()
        times = {"now": now, "until": now + lease_seconds, "horizon": now + HORIZON_LEASES * lease_seconds}
        return self._updated("acquire", {"holder": holder, **times})

    def release(self, holder: str) -> None:
        self._updated("release", {"holder": holder})

    def advance(self, holder: str, before: int, state: SealState) -> bool:
        names = ("size", "root", "position", "sealed_at")
        values = {name: getattr(state, name) for name in names}
        return self._updated("advance", {"holder": holder, "before": before, **values})

    def publish(self, holder: str, size: int, note: str) -> bool:
        return self._updated("publish", {"holder": holder, "size": size, "note": note})

    def _updated(self, name: str, values: dict[str, Any]) -> bool:
        """Whether a statement has changed the row. By itself it is a transaction that is durable on either store."""
        return bool(self._writer.every(self._sql[name], values))


def _state_of(row: Mapping[str, Any]) -> SealState:
    """Raises `SealBroken` for a row that this program has not written."""
    for column in COLUMNS:
        if not isinstance(row[column], TYPES[column]):
            raise SealBroken(
                f"The record of sealing in the database is damaged: its {column} is {str(row[column])[:80]!r}. Nothing "
                "is sealed. `reportrun restore` with a backup begins a new incarnation."
            )
    return SealState(*(row[column] for column in COLUMNS))
