"""The port for leases on pending runs."""

from __future__ import annotations

from typing import Protocol

HORIZON_LEASES = 10
"""How many lease times ahead of now a lease may end, or a wait begin, of runs, deliveries and sealing: clocks differ.
One that is later was made before the clock was set back, and does not count."""


class Claims(Protocol):
    """Leases on pending runs. They spread work; what makes a result count once is the aggregate's version.

    Fair among accounts: next comes the account with the fewest runs under lease, of several such the one with the
    oldest run that may be taken; of an account, its oldest run.
    """

    def acquire(self, worker: str, lease_seconds: float) -> str | None:
        """Acquire the lease of the next pending run without one; returns its id, None when there is none."""

    def lease(self, run_id: str, account: str, worker: str, lease_seconds: float) -> None:
        """Acquire the lease of a run that is not in the log yet."""

    def renew(self, run_id: str, worker: str, lease_seconds: float) -> bool:
        """Extend a lease. False when another worker has acquired it, or the run has finished."""

    def release(self, run_id: str, worker: str) -> None:
        """End a lease. A run that has not finished may be acquired again at once."""

    def finish(self, run_id: str, worker: str) -> None:
        """End the lease of a run that the log has as finished: it is acquired no more."""

    def postpone(self, run_id: str, worker: str, seconds: float) -> None:
        """End a lease, and keep the run from being acquired before `seconds` have passed."""
