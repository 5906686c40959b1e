"""Claims in a table of the views' database: finding a pending run and leasing it are one transaction."""

from __future__ import annotations

from application.ports.claims import HORIZON_LEASES
from application.ports.clock import Clock
from interfaces.storage.sql.database import Database
from interfaces.storage.sql.statements import statements
from interfaces.storage.sql.views.views import VERSION

NO_LIMIT = 2**31 - 1


class SqlClaims:
    def __init__(self, database: Database, clock: Clock, *, runs_of_one_account: int = 0) -> None:
        """runs_of_one_account  how many runs of an account may be executed at once; 0 for no limit"""
        self._writer = database.another_writer()
        self._clock = clock
        self._account_limit = runs_of_one_account or NO_LIMIT
        self._sql = {
            name: text.replace("{s}", VERSION).replace("{skip_locked}", database.skip_locked)
            for name, text in statements("claims.sql").items()
        }

    def set_up(self) -> None:
        with self._writer.transaction():
            self._writer.execute(self._sql["create claims"])

    def acquire(self, worker: str, lease_seconds: float) -> str | None:
        with self._writer.transaction():
            while pending := self._writer.one(self._sql["next"], self._times(lease_seconds, limited=True)):
                if self._acquire(pending["id"], pending["account"], worker, lease_seconds):
                    return str(pending["id"])
        return None

    def lease(self, run_id: str, account: str, worker: str, lease_seconds: float) -> None:
        with self._writer.transaction():
            self._acquire(run_id, account, worker, lease_seconds)

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

    def _acquire(self, run_id: str, account: str, worker: str, lease_seconds: float) -> bool:
        """Lease a run; False when another worker was first."""
        values = {
            "run_id": run_id,
            "account": account,
            "worker": worker,
            "expires_at": self._now() + lease_seconds,
            **self._times(lease_seconds),
        }
        return self._writer.one(self._sql["acquire"], values) is not None

    def _times(self, lease_seconds: float, *, limited: bool = False) -> dict[str, float]:
        now = self._now()
        limit = {"account_limit": self._account_limit} if limited else {}
        return {"now": now, "horizon": now + HORIZON_LEASES * lease_seconds, **limit}

    def _now(self) -> float:
        return self._clock.now().timestamp()
