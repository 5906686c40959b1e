"""Who has read what, where an installation records it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from domain.errors import StoreUnavailable
from domain.files.read_log import ReadLog
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.http.finished_runs import CONTENTS, finished_run
from tests.support.in_process import InProcess, in_process
from tests.support.server import SampleInstallation, install


class Site:
    """A server that records reads, and a run with a file."""

    def __init__(self, installation: SampleInstallation, opened: Installation, api: InProcess) -> None:
        self.key, self.api, self.opened = installation.test_key, api, opened
        self.run_id, self.file_id = finished_run(opened, installation.platform)

    def get(self, path: str, status: int = 200, method: str = "GET", **headers: str) -> Any:
        asked = self.api(method, path.format(run=self.run_id, file=self.file_id), key=self.key, headers=headers)
        assert asked.status_code == status
        return asked

    def reads(self) -> list[dict[str, object]]:
        """The recorded reads, without what all events have."""
        events = self.opened.stores.events.events_of(ReadLog.id_of(self.run_id))
        hidden = ("originator_id", "originator_topic", "timestamp")
        return [{name: value for name, value in vars(event).items() if name not in hidden} for event in events]


Begin = Callable[[str], Site]


@pytest.fixture
def begin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Begin]:
    """Starts a server with a value of `REPORTRUN_AUDIT_READS`."""
    with ExitStack() as stack:

        def started(recorded: str) -> Site:
            installation = install(tmp_path_factory.mktemp("reads"))
            opened = stack.enter_context(Installation(Settings(data=installation.data, audit_reads=recorded)))
            return Site(installation, opened, stack.enter_context(in_process(opened)))

        yield started


def test_nothing_is_recorded_by_default(begin: Begin) -> None:
    site = begin(Settings().audit_reads)

    site.get("/v1/files/{file}/contents")

    assert site.reads() == []


def test_a_download_is_recorded_with_the_key_and_the_request(begin: Begin) -> None:
    site = begin("downloads")

    whole = site.get("/v1/files/{file}/contents")
    part = site.get("/v1/files/{file}/contents", 206, Range="bytes=0-3")
    site.get("/v1/reporting/report_runs/{run}")

    opened, first, second = site.reads()
    key = first["actor"]
    assert str(key).startswith("key_")
    assert (opened["run_id"], opened["actor"]) == (site.run_id, key)
    about = {"actor": key, "file_id": site.file_id}
    assert first == {**about, "originator_version": 2, "part": None, "request_id": whole.headers["request-id"]}
    in_part = {"part": f"bytes 0-3/{len(CONTENTS)}", "request_id": part.headers["request-id"]}
    assert second == {**about, "originator_version": 3, **in_part}
    assert (whole.content, part.content) == (CONTENTS, CONTENTS[:4])


def test_what_hands_out_no_bytes_is_no_download(begin: Begin) -> None:
    site = begin("downloads")
    tag = site.get("/v1/files/{file}/contents", method="HEAD").headers["etag"]

    site.get("/v1/files/{file}/contents", 304, **{"If-None-Match": tag})
    site.get("/v1/files/{file}/contents", 416, Range="bytes=100-")

    assert site.reads() == []


def test_a_download_by_a_link_is_recorded_with_the_link(begin: Begin) -> None:
    site = begin("downloads")
    link = site.api("POST", "/v1/file_links", key=site.key, data={"file": site.file_id}).json()

    assert site.api("GET", link["url"].removeprefix("http://reports")).content == CONTENTS

    assert [read["actor"] for read in site.reads()] == [link["id"]] * 2


def test_looks_are_recorded_where_all_reads_are(begin: Begin) -> None:
    site = begin("all")

    site.get("/v1/reporting/report_runs/{run}")
    site.get("/v1/reporting/report_runs/{run}/history")
    site.get("/v1/audit/report_runs/{run}?at=1")
    site.get("/v1/files/{file}")
    site.get("/v1/files/{file}/contents")
    site.get("/v1/reporting/report_runs")
    site.get("/v1/reporting/report_runs/{run}", method="HEAD")

    found = [read.get("what", "download") for read in site.reads()[1:]]
    assert found == ["report_run", "history", "report_run", "file", "download"]


def test_what_cannot_be_recorded_is_not_handed_out(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    site = begin("downloads")
    reads = site.api.edge.api.reads
    assert reads is not None

    async def refuse(_: object) -> int:
        raise StoreUnavailable("The disk is full.")

    monkeypatch.setattr(reads, "_append", refuse)

    assert CONTENTS not in site.get("/v1/files/{file}/contents", 503).content
