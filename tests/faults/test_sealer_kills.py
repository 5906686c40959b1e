"""The sealer alone, killed at random moments while the log grows: no size gets two roots, and sealing goes on."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from interfaces.composition.stores import Stores
from interfaces.processes.supervisor import Kind, Supervisor
from interfaces.settings import Settings
from tests.faults.checkpoints import Checkpoints
from tests.support.processes import until
from tests.support.runs import pending_run
from tests.support.stores import stores_in

ROUNDS = 4

LONGEST_SECONDS = 0.3
"""From the first checkpoint of a sealer until it is killed."""


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_a_sealer_that_is_killed_again_and_again_signs_one_root_for_each_size(
    store: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("database_url") if store == "postgres" else ""

    assert kill_sealers(tmp_path, url, rounds=ROUNDS, seed=21) == []


def kill_sealers(data: Path, url: str, *, rounds: int, seed: int) -> Sequence[str]:
    """Kill a sealer `rounds` times; gives what contradicts the log then."""
    chance = random.Random(seed)
    settings = Settings(data=data, database_url=url, seal_seconds=0.02, audit_url=str(data / "audit"))
    supervisor, checkpoints = Supervisor(settings, 1, kind=Kind.SEALER), Checkpoints(data)
    with stores_in(data, url) as stores:
        growing = Growing(stores)
        supervisor.start()
        growing.start()
        checkpoints.start()
        try:
            for _ in range(rounds):
                before = checkpoints.published
                until(lambda before=before: checkpoints.published > before, "nothing was sealed", 120)  # type: ignore[misc]
                time.sleep(chance.uniform(0, LONGEST_SECONDS))  # the moment is what varies
                for process in supervisor.processes():
                    process.kill()
            before = checkpoints.published
            until(lambda: checkpoints.published > before, "sealing did not go on", 120)
        finally:
            growing.stop()
            supervisor.stop()
            checkpoints.stop()
        return checkpoints.contradictions(stores)


class Growing:
    """Stores runs in a log, one after the other."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._grow, name="growing", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _grow(self) -> None:
        while not self._stopping.wait(0.005):
            self._stores.events.save(pending_run())
