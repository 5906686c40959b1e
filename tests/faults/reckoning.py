"""The reckoning after the faults: what was promised against what there is."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from application.projections import PROJECTIONS, rebuild
from domain.report_run import ReportRun
from interfaces.wiring import Stores
from tests.faults.processes import until
from tests.faults.site import Site
from tests.faults.traffic import RUNS, Traffic
from tests.support.stores import every_row

SETTLE_SECONDS = 120.0

TERMINAL = (ReportRun.Succeeded, ReportRun.Failed)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What came of a site. All but the first group must be empty.

    runs, succeeded, failed   runs in the log, whether acknowledged or not, and their ends
    orphans                   files that no event names: their workers were killed before they could record them

    lost        acknowledged, and not in the log or not in the list
    repeated    in the list more than once
    endless     without a terminal event; restless: with more than one
    stale       views that differ from a rebuild
    broken      succeeded, and without a file of the digest that was recorded
    surprises   answers that should never be given
    complaints  what `reportrun doctor` said, when it was not content
    """

    acknowledged: int
    runs: int
    succeeded: int
    failed: int
    orphans: int

    lost: Sequence[str]
    repeated: Sequence[str]
    endless: Sequence[str]
    restless: Sequence[str]
    stale: Sequence[str]
    broken: Sequence[str]
    surprises: Sequence[str]
    complaints: str

    @property
    def wrong(self) -> dict[str, object]:
        """What should not be, by name; empty when all is well."""
        names = ("lost", "repeated", "endless", "restless", "stale", "broken", "surprises", "complaints")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


def reckon(site: Site, traffic: Traffic) -> Reckoning:
    """Let a running site settle, stop it, and compare. Traffic must have stopped."""
    settle(site)
    listed = Counter(run["id"] for run in listed_runs(site))
    surprises = list(traffic.surprises)
    code = site.stop()
    if code:
        surprises.append(f"the server ended with code {code}")
    doctor = site.command("doctor")
    with site.stores() as stores:
        ends = _ends(stores, site.account)
        files = _recorded_files(stores, site.account)
        promised = traffic.acknowledged
        return Reckoning(
            acknowledged=len(promised),
            runs=len(ends),
            succeeded=sum("Succeeded" in end for end in ends.values()),
            failed=sum("Failed" in end for end in ends.values()),
            orphans=len(_kept_files(site) - set(files)),
            lost=[id for id in promised if id not in ends or id not in listed],
            repeated=[id for id, times in listed.items() if times > 1],
            endless=[id for id, end in ends.items() if not end],
            restless=[id for id, end in ends.items() if len(end) > 1],
            stale=_stale_views(stores),
            broken=[id for id, digest in files.items() if _digest(site, id) != digest],
            surprises=surprises,
            complaints=doctor.stdout + doctor.stderr if doctor.returncode else "",
        )


def settle(site: Site) -> None:
    """Wait until no run of a running site is pending."""

    seen: list[object] = []

    def settled() -> bool:
        try:
            seen[:] = [run["id"] for run in listed_runs(site) if run["status"] == "pending"]
        except httpx.HTTPStatusError as refusal:
            if refusal.response.status_code != 503:
                raise
            seen[:] = [refusal.response.text]
        return not seen

    try:
        until(settled, "some runs are still pending", SETTLE_SECONDS)
    except AssertionError as endless:
        raise AssertionError(
            f"{endless}: {seen[:5]} and so on, {len(seen)} in all; {_traces(site, seen[:1])}"
        ) from None


def _traces(site: Site, ids: Sequence[object]) -> str:
    """What there is to find out why runs do not end."""
    with site.stores() as stores:
        histories = [[type(event).__name__ for event in stores.events.events_of(str(id))] for id in ids]
        claims = asyncio.run(stores.store.database.reader.all("select * from claims", {}))
    return f"histories {histories}, claims {claims}, workers {site.worker_pids()}, log {site.log.read_text()[-3000:]}"


def listed_runs(site: Site) -> list[dict[str, Any]]:
    """Every run as the list over HTTP has it, page by page."""
    runs: list[dict[str, Any]] = []
    with httpx.Client(base_url=site.address, headers={"Authorization": f"Bearer {site.key}"}, timeout=30) as client:
        more, cursor = True, {}
        while more:
            page = client.get(RUNS, params={"limit": 100, **cursor}).raise_for_status().json()
            runs += page["data"]
            more, cursor = page["has_more"], {"starting_after": runs[-1]["id"]} if runs else {}
    return runs


def _ends(stores: Stores, account: str) -> dict[str, list[str]]:
    """The terminal events of every run in the log."""
    ends: dict[str, list[str]] = {}
    for logged in stores.events.read(0, limit=1_000_000):
        event = logged.event
        if isinstance(event, ReportRun.Created) and event.account == account:
            ends[event.originator_id] = []
        elif isinstance(event, TERMINAL) and event.originator_id in ends:
            ends[event.originator_id].append(type(event).__name__)
    return ends


def _recorded_files(stores: Stores, account: str) -> dict[str, str]:
    """The digest of every result file that an event names."""
    events = (logged.event for logged in stores.events.read(0, limit=1_000_000))
    return {event.file_id: event.sha256 for event in events if isinstance(event, ReportRun.Succeeded)}


def _stale_views(stores: Stores) -> list[str]:
    stores.projector.catch_up()
    before = every_row(stores)
    rebuild(stores.events, stores.views, PROJECTIONS, lambda done, goal: None)
    after = every_row(stores)
    return [name for name in before if before[name] != after[name]]


def _kept_files(site: Site) -> set[str]:
    return {file.stem for file in (site.data / "files").glob("*/*") if file.is_file()}


def _digest(site: Site, file_id: str) -> str:
    """The digest of a file's bytes as they are; empty for a file that is not there."""
    found = [path.read_bytes() for path in (site.data / "files").glob(f"*/{file_id}.csv")]
    return hashlib.sha256(found[0]).hexdigest() if found else ""
