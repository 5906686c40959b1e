"""`/readyz`: ready, degraded while callers wait in vain, and not ready only when requests cannot be served."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from application.health import surroundings
from application.ports.workers import WorkerProcess
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.support.in_process import InProcess, in_process
from tests.support.runs import pending_run
from tests.support.server import SampleInstallation, install


@pytest.fixture
def sample(tmp_path: Path) -> SampleInstallation:
    sample = install(tmp_path / "data")
    (sample.data / "files").mkdir()  # some are on record
    return sample


@pytest.fixture(autouse=True)
def looks_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WORK_SECONDS", "PLACES_SECONDS"):
        monkeypatch.setattr(surroundings, name, 0)


@contextmanager
def serving(sample: SampleInstallation) -> Iterator[tuple[Installation, InProcess]]:
    with Installation(Settings(data=sample.data)) as opened, in_process(opened) as api:
        yield opened, api


def readiness(api: InProcess) -> tuple[int, dict[str, Any]]:
    answer = api("GET", "/readyz")
    return answer.status_code, answer.json()


def test_a_server_that_runs_wait_at_is_degraded_until_a_worker_is_alive(sample: SampleInstallation) -> None:
    with serving(sample) as (opened, api):
        before = readiness(api)
        opened.stores.events.save(pending_run())
        opened.stores.projector.catch_up()
        waiting = readiness(api)
        now = opened.clock.now().timestamp()
        opened.stores.workers.beat(WorkerProcess("worker:a:1", "a", 1, now))
        working = readiness(api)

    nothing = {"pending_runs": 0, "oldest_pending_seconds": None, "workers": 0}
    assert before == (200, {"status": "ready", **nothing})
    assert waiting[0] == 200 and waiting[1]["status"] == "degraded"
    assert (waiting[1]["pending_runs"], waiting[1]["workers"]) == (1, 0) and waiting[1]["oldest_pending_seconds"] >= 0
    assert waiting[1]["reason"].endswith("No worker is alive: `reportrun worker` starts one.")
    assert working[1]["status"] == "ready" and working[1]["workers"] == 1


def test_a_ledger_that_is_gone_degrades_a_server_and_names_the_folder(sample: SampleInstallation) -> None:
    with serving(sample) as (_, api):
        shutil.move(sample.data / "ledger" / "live", sample.data / "elsewhere")
        status, said = readiness(api)

    assert (status, said["status"]) == (200, "degraded")
    assert said["reason"].startswith(f"The live ledger in {sample.data}/ledger/live cannot be reached.")


def test_a_server_without_its_log_is_not_ready(sample: SampleInstallation) -> None:
    with serving(sample) as (_, api):
        os.rename(sample.data / "events.db", sample.data / "moved.db")  # noqa: PTH104
        status, said = readiness(api)
        os.rename(sample.data / "moved.db", sample.data / "events.db")  # noqa: PTH104

    assert (status, said["status"]) == (503, "not ready")
    assert "events.db was removed" in said["reason"]
