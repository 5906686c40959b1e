"""File links of an installation, asked for over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from interfaces.composition.installation import Installation
from tests.http.finished_runs import finished_run
from tests.support.clock import StillClock
from tests.support.in_process import InProcess
from tests.support.server import SampleInstallation, install

LINKS = "/v1/file_links"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> SampleInstallation:
    return install(tmp_path_factory.mktemp("links"))


@pytest.fixture(scope="module")
def opened(opened: Installation) -> Installation:
    """With a clock that stands still until a test moves it."""
    opened.clock = StillClock(opened.clock.now())  # type: ignore[assignment]
    return opened


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
    run_id, file_id = finished_run(opened, installation.platform)
    return Links(api, installation.test_key, clock, run_id, file_id)
