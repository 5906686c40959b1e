"""Several servers and workers on one store: what one acknowledges, the others show, and every run is made once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from application.ledger.loading import LoadFiles
from application.ports.ledger import LedgerSource
from domain.access.api_key import KeyKind
from domain.access.caller import Scope
from domain.runs.report_run import ReportRun
from interfaces.composition.commands import administration, loading
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from interfaces.storage.postgres.schema import migrate
from tests.support.postgres import PostgresServer
from tests.support.processes import until
from tests.support.server import serving
from tests.support.small_ledger import JANUARY_END, JANUARY_START, write_small_ledger
from tests.support.stores import stores_in

SEEN_WITHIN_SECONDS = 2.0
"""Far more than the tenth of a second that is promised: a test is no measurement."""

RUN = {
    "report_type": "balance.summary.1",
    "parameters[interval_start]": str(JANUARY_START),
    "parameters[interval_end]": str(JANUARY_END),
}


@dataclass(frozen=True)
class Pair:
    """Two servers on one store, with a worker each, and a client for each."""

    one: httpx.Client
    other: httpx.Client
    data: Path
    database_url: str


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer
) -> Iterator[Pair]:
    data = tmp_path_factory.mktemp("pair") / "data"
    with ExitStack() as stack:
        url = ""
        if request.param == "postgres":
            url = stack.enter_context(postgres_server.new_database())
            migrate(url)
        key = furnish(data, url)
        addresses = [stack.enter_context(serving(data, database_url=url)) for _ in range(2)]
        one, other = (
            stack.enter_context(httpx.Client(base_url=address, auth=(key, ""), timeout=30)) for address in addresses
        )
        yield Pair(one, other, data, url)


def furnish(data: Path, database_url: str) -> str:
    """Load the small ledger and make a key; gives its secret."""
    data.mkdir()
    with Installation(Settings(data=data, database_url=database_url)) as installation:
        sources = [LedgerSource(table, path) for table, path in write_small_ledger(data).items()]
        loading(installation).load(LoadFiles(sources, livemode=False))
        admin = administration(installation)
        return admin.create_key(Scope(admin.platform(), False), KeyKind.SECRET, (), None)[1]


def test_what_one_server_acknowledged_another_shows_at_once(pair: Pair) -> None:
    for _ in range(5):
        created = pair.one.post("/v1/reporting/report_runs", data=RUN).json()["id"]

        def is_shown(created: str = created) -> bool:
            return pair.other.get(f"/v1/reporting/report_runs/{created}").status_code == 200

        until(is_shown, "it is not shown", SEEN_WITHIN_SECONDS)
        assert pair.other.get("/v1/reporting/report_runs?limit=1").json()["data"][0]["id"] == created


def test_a_server_that_repeats_the_answer_of_another_shows_the_run_at_once(pair: Pair) -> None:
    for number in range(20):
        headers = {"Idempotency-Key": f"across-{number}"}
        first = pair.one.post("/v1/reporting/report_runs", data=RUN, headers=headers)

        again = pair.other.post("/v1/reporting/report_runs", data=RUN, headers=headers)
        shown = pair.other.get(f"/v1/reporting/report_runs/{again.json()['id']}")

        assert again.json()["id"] == first.json()["id"]
        assert again.headers["idempotent-replayed"] == "true"
        assert shown.status_code == 200


def test_a_key_that_has_been_revoked_opens_no_server_and_a_new_one_opens_all(pair: Pair) -> None:
    def answers(secret: str) -> list[int]:
        servers = (pair.one, pair.other)
        return [server.get("/v1/reporting/report_types", auth=(secret, "")).status_code for server in servers]

    with Installation(Settings(data=pair.data, database_url=pair.database_url)) as installation:
        admin = administration(installation)
        for _ in range(5):
            key_id, secret = admin.create_key(Scope(admin.platform(), False), KeyKind.SECRET, (), None)
            assert answers(secret) == [200, 200]

            admin.revoke_key(key_id)
            assert answers(secret) == [401, 401]


def test_every_run_of_both_servers_is_made_once_by_one_of_the_workers(pair: Pair) -> None:
    ids = [
        server.post("/v1/reporting/report_runs", data=RUN).json()["id"]
        for server in (pair.one, pair.other)
        for _ in range(8)
    ]

    def are_finished() -> bool:
        listed = pair.one.get("/v1/reporting/report_runs?limit=100").json()["data"]
        return all(run["status"] != "pending" for run in listed)

    until(are_finished, "they do not end", 30)
    listed = pair.other.get("/v1/reporting/report_runs?limit=100").json()["data"]

    assert {run["id"] for run in listed} >= set(ids)
    assert len({run["id"] for run in listed}) == len(listed)
    with stores_in(pair.data, pair.database_url) as stores:
        ends = [
            event
            for id in ids
            for event in stores.events.events_of(id)
            if isinstance(event, ReportRun.Succeeded | ReportRun.Failed)
        ]
    assert [type(end) for end in ends] == [ReportRun.Succeeded] * len(ids)
    assert len({end.actor for end in ends}) == 2


def test_a_key_made_at_the_command_line_opens_a_running_server_at_once(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPORTRUN_DATA", str(pair.data))
    monkeypatch.setenv("REPORTRUN_DATABASE_URL", pair.database_url)
    made = subprocess.run(
        [sys.executable, "-m", "interfaces.cli.main", "keys", "create"], capture_output=True, text=True, check=True
    )

    answer = pair.one.get("/v1/reporting/report_types", auth=(made.stdout.strip(), ""))

    assert answer.status_code == 200
