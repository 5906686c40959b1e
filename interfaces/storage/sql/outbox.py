"""The outbox in tables of the views' database. They are no views: no rebuild and no upgrade makes them anew."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from application.ports.claims import HORIZON_LEASES
from application.ports.clock import Clock
from application.ports.outbox import NO_END, NO_ROOM_NAMED, Attempt, ClaimedDelivery, Delivery
from domain.access.caller import Scope
from interfaces.storage.sql.database import Database, Row
from interfaces.storage.sql.statements import statements


class SqlOutbox:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._reader = database.reader
        self._writer = database.writer
        self._clock = clock
        skipping = f"{self._writer.row_lock} skip locked" if self._writer.row_lock else ""
        self._sql = {name: text.replace("{lock}", skipping) for name, text in statements("outbox.sql").items()}

    def set_up(self) -> None:
        with self._writer.transaction():
            for name, text in self._sql.items():
                if name.startswith("create "):
                    self._writer.execute(text)

    def position(self) -> int:
        row = self._writer.one(self._sql["position"])
        return int(row["position"]) if row else 0

    def feed(self, deliveries: Sequence[Delivery], position: int) -> None:
        with self._writer.transaction():
            self._writer.execute_many(self._sql["feed"], self._rows(deliveries))
            self._writer.execute(self._sql["advance"], {"position": position})

    def rewind(self, position: int) -> None:
        with self._writer.transaction():
            self._writer.execute(self._sql["rewind"], {"position": position})

    def claim(
        self,
        worker: str,
        *,
        limit: int,
        of_each: int,
        lease_seconds: float,
        room: Mapping[str, int] = NO_ROOM_NAMED,
    ) -> Sequence[ClaimedDelivery]:
        now = self._now()
        if not self._writer.every(self._sql["endpoints"], {"now": now}):
            return []  # looked at without a transaction, which other writers would wait for
        lease = {
            "worker": worker,
            "now": now,
            "leased_until": now + lease_seconds,
            "horizon": now + HORIZON_LEASES * lease_seconds,
        }
        claimed: list[Row] = []
        with self._writer.transaction():
            for waiting in self._writer.every(self._sql["endpoints"], {"now": now}):
                endpoint = waiting["endpoint_id"]
                wanted = min(room.get(endpoint, of_each), limit - len(claimed))
                if wanted > 0:
                    values = {**lease, "endpoint_id": endpoint, "limit": wanted}
                    claimed += sorted(self._writer.every(self._sql["claim"], values), key=_turn)
        return [ClaimedDelivery(_delivery(row), row["attempts"]) for row in claimed]

    def record(self, worker: str, attempts: Sequence[Attempt]) -> None:
        now = self._now()
        with self._writer.transaction():
            self._writer.execute_many(self._sql["record"], [_values(attempt) for attempt in attempts])
            for attempt in attempts:
                done = {"event_id": attempt.event_id, "endpoint_id": attempt.endpoint_id, "number": attempt.number}
                if attempt.is_delivered:
                    self._writer.execute(self._sql["deliver"], {**done, "now": now})
                else:
                    self._writer.execute(
                        self._sql["postpone"], {**done, "worker": worker, "due_again_at": attempt.due_again_at}
                    )

    def release(self, worker: str) -> None:
        with self._writer.transaction():
            self._writer.execute(self._sql["release"], {"worker": worker})

    def give_up(self, worker: str, deliveries: Sequence[Delivery]) -> None:
        names = [{"worker": worker, "event_id": one.event_id, "endpoint_id": one.endpoint_id} for one in deliveries]
        with self._writer.transaction():
            self._writer.execute_many(self._sql["give up"], names)

    def drop(self, endpoint_id: str, up_to: int = NO_END, at: float = math.inf) -> None:
        with self._writer.transaction():
            self._writer.execute(self._sql["drop"], {"endpoint_id": endpoint_id, "up_to": up_to, "at": at})

    def make_due(self, deliveries: Sequence[Delivery]) -> None:
        with self._writer.transaction():
            self._writer.execute_many(self._sql["make due"], self._rows(deliveries))

    def forget_answers(self, event_id: str) -> None:
        self._writer.execute(self._sql["forget answers"], {"event_id": event_id})

    def sweep(self, before: int) -> None:
        with self._writer.transaction():
            self._writer.execute(self._sql["sweep attempts"], {"before": before})
            self._writer.execute(self._sql["sweep"], {"before": before})

    async def fed_up_to(self) -> int:
        row = await self._reader.one(self._sql["position"], {})
        return int(row["position"]) if row else 0

    async def pending(self, event_ids: Collection[str]) -> Mapping[str, int]:
        if not event_ids:
            return {}
        ids = {f"id{number}": id for number, id in enumerate(event_ids)}
        statement = self._sql["pending"].replace("{ids}", ", ".join(f":{name}" for name in ids))
        return {row["event_id"]: row["endpoints"] for row in await self._reader.all(statement, ids)}

    async def undelivered(self, scope: Scope, event_type: str) -> Collection[str]:
        values = {"account": scope.account, "livemode": int(scope.livemode), "event_type": event_type}
        return {row["event_id"] for row in await self._reader.all(self._sql["undelivered"], values)}

    async def attempts(self, event_id: str) -> Sequence[Attempt]:
        return [_attempt(row) for row in await self._reader.all(self._sql["attempts"], {"event_id": event_id})]

    async def latest(self, limit: int) -> Sequence[Attempt]:
        rows = await self._reader.all(self._sql["latest attempts"], {"limit": limit})
        return [_attempt(row) for row in reversed(rows)]

    async def settled(self, endpoint_id: str) -> Collection[str]:
        rows = await self._reader.all(self._sql["settled"], {"endpoint_id": endpoint_id})
        return {row["event_id"] for row in rows}

    async def failures(self, endpoint_id: str, *, after: float, most: int) -> Sequence[float]:
        values = {"endpoint_id": endpoint_id, "after": after, "most": most}
        return [row["started_at"] for row in await self._reader.all(self._sql["failures"], values)]

    def _rows(self, deliveries: Sequence[Delivery]) -> list[dict[str, Any]]:
        now = self._now()
        return [{**one._asdict(), "livemode": int(one.livemode), "due_at": now} for one in deliveries]

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _turn(row: Row) -> tuple[float, int, str]:
    """The order in which the deliveries of an endpoint are attempted."""
    return row["due_at"], row["position"], row["event_id"]


def _delivery(row: Row) -> Delivery:
    values = {name: row[name] for name in Delivery._fields}
    return Delivery(**{**values, "livemode": bool(row["livemode"])})


def _attempt(row: Row) -> Attempt:
    return Attempt(**{**row, "is_delivered": bool(row["is_delivered"])})


def _values(attempt: Attempt) -> dict[str, Any]:
    return {**attempt._asdict(), "is_delivered": int(attempt.is_delivered)}
