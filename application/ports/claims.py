"""The port for leases on pending runs."""

from __future__ import annotations

from typing import Protocol

HORIZON_LEASES = 10
"""How many lease times ahead a claim may expire; one that expires later was made before the clock was set back."""


class Claims(Protocol):
    """Leases on pending runs. They spread work; what makes a result count once is the aggregate's version."""

    def acquire(self, worker: str, lease_seconds: float) -> str | None:
        """Claim a pending run that nobody works on, and give its id; None when there is none."""

    def lease(self, run_id: str, account: str, worker: str, lease_seconds: float) -> None:
        """Claim a run of which no other worker knows yet."""

    def renew(self, run_id: str, worker: str, lease_seconds: float) -> bool:
        """Hold a claim longer. False when another worker has it by now."""

    def release(self, run_id: str, worker: str) -> None:
        """Give a claim up: the run has finished, or anybody may take it at once."""

    def postpone(self, run_id: str, worker: str, seconds: float) -> None:
        """Give a claim up, but let nobody take it before `seconds` have passed."""
