"""While PostgreSQL is down, requests fail in time with the error envelope; when it is up again, all goes on."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from interfaces.storage.postgres.schema import migrate
from tests.faults.asking import client_of, create, finished_run, is_ready
from tests.faults.reckoning import reckon
from tests.faults.traffic import RUNS, Traffic, a_report
from tests.support.postgres import PostgresServer, postgres
from tests.support.processes import children_of, until
from tests.support.site import Site, site_in

AWAY_SECONDS = 10.0
ANSWER_SECONDS = 12.0
BACK_SECONDS = 6.0

Outage = Callable[[PostgresServer], AbstractContextManager[None]]


@pytest.fixture(scope="module")
def database() -> Iterator[PostgresServer]:
    """A PostgreSQL of this test alone, which may be stopped."""
    with postgres() as server:
        yield server


@pytest.fixture
def site(database: PostgresServer, tmp_path: Path) -> Iterator[Site]:
    with database.new_database() as url:
        migrate(url)
        with site_in(tmp_path, url) as site:
            site.start()
            yield site


@contextmanager
def stopped(server: PostgresServer) -> Iterator[None]:
    server.stop()
    try:
        yield
    finally:
        server.start()


@contextmanager
def frozen(server: PostgresServer) -> Iterator[None]:
    """Its processes are there and its port takes connections, but nothing is ever answered."""
    pids: list[int] = []

    def none_goes_on() -> bool:
        """Stop those that run; the first of all starts no more."""
        running = children_of(server.pid) if pids else [server.pid]
        for pid in running:
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(pid, signal.SIGSTOP)
                pids.append(pid)
        return not running

    try:
        until(none_goes_on, "a process of PostgreSQL goes on")
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("outage", [stopped, frozen])
def test_an_outage_is_answered_503_until_all_goes_on_by_itself(
    outage: Outage, database: PostgresServer, site: Site
) -> None:
    run = finished_run(site)["id"]
    traffic = Traffic(site.address, site.key, seed=1)
    traffic.start()

    with outage(database):
        began = time.monotonic()
        answers = ask_for_everything(site, run)
        while time.monotonic() < began + AWAY_SECONDS:
            answers += ask_for_everything(site, run)
    until(lambda: is_ready(site), "the server does not go on", BACK_SECONDS)
    before = len(traffic.acknowledged)
    until(lambda: len(traffic.acknowledged) > before + 10, "creates do not go on")
    traffic.stop()
    reckoning = reckon(site, traffic)

    assert {answer.status_code for answer in answers} == {503}
    assert [complaint(answer) for answer in answers if not is_in_order(answer)] == []
    assert max(answer.elapsed.total_seconds() for answer in answers) < ANSWER_SECONDS
    assert reckoning.wrong == {}
    assert reckoning.failed == 0


def test_restarts_of_the_database_lose_nothing(database: PostgresServer, site: Site) -> None:
    traffic = Traffic(site.address, site.key, seed=2)
    traffic.start()

    for _ in range(3):
        with stopped(database):
            pass
        before = len(traffic.acknowledged)
        until(lambda before=before: len(traffic.acknowledged) > before + 5, "creates do not go on")  # type: ignore[misc]
    traffic.stop()
    reckoning = reckon(site, traffic)

    assert reckoning.wrong == {}


def test_the_first_create_after_a_restart_is_stored(database: PostgresServer, site: Site) -> None:
    finished_run(site)

    with stopped(database):
        pass
    until(lambda: is_ready(site), "the server does not go on", BACK_SECONDS)
    answer = create(site)

    assert answer.status_code == 200, answer.text


def ask_for_everything(site: Site, run: str) -> list[httpx.Response]:
    paths = ("/readyz", RUNS, f"{RUNS}/{run}", f"{RUNS}/{run}/history", "/v1/files", "/v1/reporting/report_types")
    with client_of(site) as http, ThreadPoolExecutor() as at_once:
        created = at_once.submit(http.post, RUNS, data=a_report())
        return [*at_once.map(http.get, paths), created.result()]


def is_in_order(answer: httpx.Response) -> bool:
    """Whether a 503 says what clients and operators need."""
    body: Any = answer.json()
    if answer.url.path == "/readyz":
        return bool(body["status"] == "not ready" and body["reason"])
    return bool(
        answer.headers.get("retry-after") == "1" and body["error"]["type"] == "api_error" and body["error"]["message"]
    )


def complaint(answer: httpx.Response) -> str:
    return f"{answer.request.method} {answer.url.path}: {answer.headers} {answer.text}"
