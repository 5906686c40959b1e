"""The heartbeat: renews a lease while its run is carried out."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from application.ports.claims import Claims
from application.runs.run_log import about

log = logging.getLogger("reportrun.worker")

BEATS_A_LEASE = 3


@contextmanager
def kept_claim(claims: Claims, run_id: str, worker: str, lease_seconds: float) -> Iterator[None]:
    """Renew a lease from its own thread, independent of the computation."""
    finished = threading.Event()

    def renew() -> None:
        while not finished.wait(lease_seconds / BEATS_A_LEASE):
            try:
                if not claims.renew(run_id, worker, lease_seconds):
                    log.warning("Another worker has taken the run over.", extra=about(run_id))
                    return
            except Exception as trouble:  # tried again well before the lease ends
                log.warning("The lease could not be renewed. %s", trouble, extra=about(run_id))

    heartbeat = threading.Thread(target=renew, name="heartbeat", daemon=True)
    heartbeat.start()
    try:
        yield
    finally:
        finished.set()
        heartbeat.join()
