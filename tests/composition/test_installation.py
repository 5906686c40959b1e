"""An installation makes each of its parts once, closes its store, and can stand on adapters in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from application.ledger.loading import LoadFiles
from application.ports.ledger import LedgerSource
from domain.access.api_key import KeyKind
from domain.access.caller import Scope
from domain.runs.report_run import ReportRun
from interfaces.composition.commands import administration, loading
from interfaces.composition.installation import Installation
from interfaces.composition.memory import MemoryInstallation
from interfaces.composition.reports import local_runs
from interfaces.composition.server import server
from interfaces.composition.worker import work_loop
from interfaces.engine.custom.verdicts import VerdictFile
from interfaces.settings import Settings
from tests.support.report_requests import A_REPORT, RUNS
from tests.support.small_ledger import write_small_ledger


@pytest.fixture
def in_memory(tmp_path: Path) -> Iterator[MemoryInstallation]:
    """An installation in memory, with the small ledger in test mode."""
    with MemoryInstallation(Settings(data=tmp_path / "data")) as installation:
        sources = [LedgerSource(table, path) for table, path in write_small_ledger(tmp_path).items()]
        loading(installation).load(LoadFiles(sources, livemode=False))
        yield installation


def test_nothing_is_opened_before_it_is_used(tmp_path: Path) -> None:
    with Installation(Settings(data=tmp_path / "data")) as installation:
        assert installation.catalogue

    assert not (tmp_path / "data").exists()


def test_verdicts_on_custom_reports_are_kept_in_the_data_folder(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "a.sql").write_text('/*\nid = "shop.a.1"\nname = "A"\ncolumns = ["a"]\n*/\nselect id as a from charges')
    settings = Settings(data=tmp_path / "data", reports=str(reports))

    first, second = (Installation(settings).custom_reports for _ in range(2))

    assert (list(first.by_id), second) == (["shop.a.1"], first)
    assert len(VerdictFile(settings.verdicts_file).read().known) == 1


def test_each_part_is_made_once(tmp_path: Path) -> None:
    with Installation(Settings(data=tmp_path / "data")) as installation:
        for part in ("stores", "ledger", "engine", "results", "custom_reports", "catalogue"):
            assert getattr(installation, part) is getattr(installation, part)


def test_a_report_is_requested_over_http_made_and_downloaded_in_memory(in_memory: MemoryInstallation) -> None:
    admin = administration(in_memory)
    _, key = admin.create_key(Scope(admin.platform(), livemode=False), KeyKind.SECRET, (), None)

    async def ask() -> tuple[httpx.Response, httpx.Response, httpx.Response]:
        async with asked(server(in_memory), key) as client:
            created = await client.post(RUNS, data=A_REPORT)
            assert await asyncio.to_thread(work_loop(in_memory).work_once)
            finished = await client.get(f"{RUNS}/{created.json()['id']}")
            return created, finished, await client.get(finished.json()["result"]["url"])

    created, finished, contents = asyncio.run(ask())

    assert (created.status_code, created.json()["status"]) == (200, "pending")
    assert (finished.status_code, finished.json()["status"]) == (200, "succeeded")
    assert contents.text.startswith('"category"')
    assert list(in_memory.settings.data.glob("*.db")) == []


def test_a_local_run_needs_no_database_either(in_memory: MemoryInstallation) -> None:
    local = local_runs(in_memory)
    scope = local.scope(None, livemode=False)

    file = local.make(scope, local.offer(scope, "balance.summary.1"), {}, unwatched, lambda: False)

    assert in_memory.results.kept[file.id].startswith(b'"category"')  # type: ignore[attr-defined]
    assert list(in_memory.settings.data.glob("*.db")) == []


@contextmanager
def unwatched(run: ReportRun) -> Iterator[Callable[[float], None]]:
    yield lambda part: None


@asynccontextmanager
async def asked(app: Any, key: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application in this process, which starts and stops with the client."""
    to_app: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    from_app: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    lifespan = asyncio.create_task(app({"type": "lifespan", "asgi": {"version": "3.0"}}, to_app.get, from_app.put))
    await to_app.put({"type": "lifespan.startup"})
    assert await from_app.get() == {"type": "lifespan.startup.complete"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://reports", auth=(key, "")) as one:
        yield one
    await to_app.put({"type": "lifespan.shutdown"})
    assert await from_app.get() == {"type": "lifespan.shutdown.complete"}
    await lifespan
