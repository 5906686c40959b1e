"""Connections to PostgreSQL: how many a server and a worker take, and what is said when there is none left."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.support.client import REPLY_SECONDS
from tests.support.furnished import furnish
from tests.support.report_requests import A_REPORT, RUNS
from tests.support.server import serving

MOST_OF_A_SERVER = 8
MOST_OF_A_WORKER = 2
MOST_OF_A_DELIVERER = 3
MOST_OF_A_SEALER = 1
"""Of `serve` with `REPORTRUN_SEAL`, as it is by default."""

LOOK_SECONDS = 0.02
"""Between two counts. A pool keeps its connections for longer."""

_CLIENTS = """
select count(*)
from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()
    and backend_type = 'client backend'  -- not the database's own, such as an autovacuum
"""


@pytest.fixture
def key(tmp_path: Path, database_url: str) -> str:
    return furnish(tmp_path / "data", database_url)[1]


def ask_for_everything(http: httpx.Client) -> None:
    """What every kind of request reads and writes."""
    run = http.post(RUNS, data=A_REPORT).raise_for_status().json()["id"]
    for address in (f"{RUNS}/{run}", f"{RUNS}/{run}/history", RUNS, "/v1/reporting/report_types", "/readyz"):
        http.get(address).raise_for_status()


@pytest.mark.parametrize(("workers", "deliverers"), [(0, 0), (1, 0), (0, 1)])
def test_a_server_a_worker_and_a_deliverer_take_few_connections_under_load(
    tmp_path: Path, database_url: str, key: str, workers: int, deliverers: int
) -> None:
    flags = "--workers", str(workers), "--deliverers", str(deliverers)
    counts: list[int] = []
    with (
        serving(tmp_path / "data", *flags, database_url=database_url) as address,
        httpx.Client(base_url=address, auth=(key, ""), timeout=REPLY_SECONDS) as http,
        psycopg.connect(database_url, autocommit=True) as looking,
        ThreadPoolExecutor(16) as callers,
    ):
        under_way = [callers.submit(ask_for_everything, http) for _ in range(200)]
        while wait(under_way, LOOK_SECONDS).not_done:
            row = looking.execute(_CLIENTS).fetchone()
            counts.append(row[0] if row else 0)
        for request in under_way:
            request.result()

    others = MOST_OF_A_SEALER + workers * MOST_OF_A_WORKER + deliverers * MOST_OF_A_DELIVERER
    assert MOST_OF_A_SERVER - 2 <= max(counts) <= MOST_OF_A_SERVER + others


@contextmanager
def few_connections(url: str) -> Iterator[str]:
    """The address of the database for a role that may have no connection at all."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create role crowded login connection limit 0")
        try:
            yield url.replace("reportrun@", "crowded@")
        finally:
            connection.execute("drop role crowded")


def test_a_database_without_a_free_connection_is_told_apart(tmp_path: Path, database_url: str) -> None:
    with few_connections(database_url) as url:
        doctor = subprocess.run(
            [sys.executable, "-m", "interfaces.cli.main", "doctor", "--data", str(tmp_path)],
            env={"REPORTRUN_DATABASE_URL": url, "PATH": ""},
            capture_output=True,
            text=True,
            check=False,
        )

    assert doctor.returncode == 1
    assert "The database has no connection free for this process. Raise its max_connections" in doctor.stdout
    assert "a worker takes 2." in doctor.stdout
    assert "backup" not in doctor.stdout
