"""Worker processes register when they start and leave when they end; one that was killed is not replaced by silence."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import httpx

from tests.support.client import REPLY_SECONDS
from tests.support.processes import until
from tests.support.server import serving
from tests.support.stores import stores_in


def workers(address: str) -> int:
    answer = httpx.get(f"{address}/readyz", verify=False, timeout=REPLY_SECONDS)  # no certificates are read
    return int(answer.json()["workers"])


def test_a_worker_registers_and_leaves_when_it_ends(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2") as address:
        until(lambda: workers(address) == 2, "the workers do not register")
        with stores_in(tmp_path) as stores:
            pids = [one.process.pid for one in stores.workers.seen()]
        os.kill(pids[0], signal.SIGKILL)
        until(lambda: workers(address) == 3, "no new worker takes the place of the one that was killed")

    with stores_in(tmp_path) as stores:
        assert [one.process.pid for one in stores.workers.seen()] == [pids[0]]
