"""Claims in a table beside the views, so that finding work and claiming it are one transaction."""

from __future__ import annotations

from application.ports import Clock
from interfaces.storage.sql.database import Database
from interfaces.storage.sql.statements import statements


class SqlClaims:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._writer = database.writer
        self._clock = clock
        self._sql = statements("claims.sql")

    def set_up(self) -> None:
        with self._writer.transaction():
            self._writer.execute(self._sql["create claims"])

    def take(self, worker: str, lease_seconds: float) -> str | None:
        with self._writer.transaction():
            pending = self._writer.one(self._sql["next"], {"now": self._now()})
            if pending is None:
                return None
            self.hold(pending["id"], pending["account"], worker, lease_seconds)
            return str(pending["id"])

    def hold(self, run_id: str, account: str, worker: str, lease_seconds: float) -> None:
        values = {"run_id": run_id, "account": account, "worker": worker, "expires_at": self._now() + lease_seconds}
        with self._writer.transaction():
            self._writer.execute(self._sql["take"], values)

    def renew(self, run_id: str, worker: str, lease_seconds: float) -> bool:
        with self._writer.transaction():
            self._writer.execute(
                self._sql["renew"],
                {"run_id": run_id, "worker": worker, "expires_at": self._now() + lease_seconds},
            )
            return self._writer.one(self._sql["holder"], {"run_id": run_id, "worker": worker}) is not None

    def release(self, run_id: str, worker: str) -> None:
        with self._writer.transaction():
            self._writer.execute(self._sql["release"], {"run_id": run_id, "worker": worker})

    def postpone(self, run_id: str, worker: str, seconds: float) -> None:
        with self._writer.transaction():
            self._writer.execute(
                self._sql["postpone"], {"run_id": run_id, "worker": worker, "expires_at": self._now() + seconds}
            )

    def _now(self) -> float:
        return self._clock.now().timestamp()
