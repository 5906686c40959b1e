"""File links of an installation, asked for over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from domain.access.caller import Scope
from domain.ids import random_id
from domain.runs.report_run import ReportRun, ResultFile
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.support.clock import StillClock
from tests.support.in_process import InProcess
from tests.support.server import ACTOR, SampleInstallation, install

LINKS = "/v1/file_links"
CONTENTS = b'"category"\n"charge"\n'


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> SampleInstallation:
    return install(tmp_path_factory.mktemp("links"))


@pytest.fixture(scope="module")
def opened(installation: SampleInstallation) -> Iterator[Installation]:
    with Installation(Settings(data=installation.data)) as opened:
        opened.clock = StillClock(opened.clock.now())  # type: ignore[assignment]
        yield opened


@dataclass
class Links:
    """A result file, and requests about its links."""

    api: InProcess
    key: str
    clock: StillClock
    run_id: str
    file_id: str

    def __call__(self, method: str, url: str, form: dict[str, str] | None = None, **headers: str) -> httpx.Response:
        more: dict[str, Any] = {"data": form} if form is not None else {}
        return self.api(method, url, key=self.key, headers=headers, **more)

    def made(self, **form: str) -> dict[str, Any]:
        made = self("POST", LINKS, {"file": self.file_id, **form})
        assert made.status_code == 200, made.text
        return dict(made.json())

    def ids(self, query: str = "") -> list[str]:
        return [link["id"] for link in self("GET", f"{LINKS}?file={self.file_id}{query}").json()["data"]]

    def now(self, more: int = 0) -> str:
        return str(int(self.clock.now().timestamp()) + more)

    def opened(self, url: str, method: str = "GET", **headers: str) -> httpx.Response:
        """What the public address gives, without a key."""
        return self.api(method, url.removeprefix("http://reports"), headers=headers)


@pytest.fixture
def links(api: InProcess, opened: Installation, installation: SampleInstallation) -> Links:
    clock = opened.clock
    assert isinstance(clock, StillClock)
    clock.move(1)
    stores, at = opened.stores, clock.now()
    scope = Scope(installation.platform, livemode=False)
    run = ReportRun.request("balance.summary.1", {"interval_start": 1}, scope=scope, actor=ACTOR, at=at)
    with opened.results.workspace() as made:
        made.write_bytes(CONTENTS)
        kept = opened.results.keep(file_id := random_id("file"), made)
    file = ResultFile(file_id, f"{run.id}.csv", kept.size, kept.sha256, rows=1, columns=("category",))
    run.succeed(file, ledger_version=1, seconds=0.1, actor=ACTOR, at=at)
    stores.events.save(run)
    stores.projector.catch_up()
    return Links(api, installation.test_key, clock, run.id, file_id)
