"""The port for leases on pending runs."""

from __future__ import annotations

from typing import Protocol

HORIZON_LEASES = 10
"""How many lease times ahead a claim may expire; one that expires later was made before the clock was set back."""


class Claims(Protocol):
    """Leases on pending runs. They spread work; what makes a result count once is the aggregate's version."""

    def acquire(self, worker: str, lease_seconds: float) -> str | None:
        """Acquire the lease of the next pending run without one; returns its id, None when there is none."""

    def lease(self, run_id: str, account: str, worker: str, lease_seconds: float) -> None:
        """Acquire the lease of a run that is not in the views yet."""

    def renew(self, run_id: str, worker: str, lease_seconds: float) -> bool:
        """Extend a lease. False when another worker has acquired it."""

    def release(self, run_id: str, worker: str) -> None:
        """End a lease: the run has finished, or may be acquired again at once."""

    def postpone(self, run_id: str, worker: str, seconds: float) -> None:
        """End a lease, and keep the run from being acquired before `seconds` have passed."""
