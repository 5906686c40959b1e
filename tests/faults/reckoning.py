"""The reckoning after the faults: what was promised against what there is."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from application.projecting.rebuild import rebuild
from application.views.registry import PROJECTIONS
from application.webhooks.public_event import event_id_of
from domain.runs.report_run import ReportRun
from interfaces.composition.stores import Stores
from interfaces.host.scratch_folder import LOCK, UNLOCKED
from tests.faults.checkpoints import Checkpoints
from tests.faults.loads import ROWS, Loads, rows_by_load
from tests.faults.traffic import RUNS, Traffic, a_report
from tests.support.client import client_at
from tests.support.endpoints import Endpoints
from tests.support.folders import files_below
from tests.support.processes import until
from tests.support.site import Site
from tests.support.stores import every_row

STUCK_SECONDS = 30.0
"""Runs of which none ends in this time are stuck; a long queue of them is not."""

LEASE_SECONDS = 3600.0

QUEUE_TABLES = ("queue_runs", "queue_leases", "queue_accounts", "queue_position")

TERMINAL = (ReportRun.Succeeded, ReportRun.Failed)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What came of a site. All but the first group must be empty.

    runs, succeeded, failed   runs in the log, whether acknowledged or not, and their ends
    orphans                   files that no event names: their workers were killed before they could record them
    checkpoints               that were published
    waiting                   runs of other accounts that have not ended; the queue gives each of them out
    loads                     loads that ended with exit code 0

    lost        acknowledged, and not in the log or not in the list
    repeated    in the list more than once
    doubled     idempotency keys that made more than one run, or another than was answered
    endless     without a terminal event, and not in the queue; restless: with more than one, or given out twice
    stale       views that differ from a rebuild
    broken      succeeded, and without a file of the digest that was recorded
    unreadable  loads that ended with exit code 0, and rows of which are missing from a report
    untold      events that a webhook endpoint never got, of runs that have ended
    torn        loads that were killed, and of which a report has some rows
    surprises   answers that should never be given
    leftovers   half-made files of workers that are dead
    complaints  what `reportrun doctor` said, when it was not content
    contradictions  published checkpoints that are not of the log, or two of them for one size
    unverified  what `reportrun audit verify` said, when it was not content
    """

    acknowledged: int
    runs: int
    succeeded: int
    failed: int
    orphans: int
    loads: int
    checkpoints: int
    waiting: int

    lost: Sequence[str]
    repeated: Sequence[str]
    doubled: Sequence[str]
    endless: Sequence[str]
    restless: Sequence[str]
    stale: Sequence[str]
    broken: Sequence[str]
    unreadable: Sequence[int]
    untold: Sequence[str]
    torn: Sequence[int]
    surprises: Sequence[str]
    leftovers: Sequence[str]
    complaints: str
    contradictions: Sequence[str]
    unverified: str

    @property
    def wrong(self) -> dict[str, object]:
        """What should not be, by name; empty when all is well."""
        names = (
            "lost", "repeated", "doubled", "endless", "restless", "stale", "broken", "unreadable", "untold", "torn",
            "surprises", "leftovers", "complaints", "contradictions", "unverified",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names if getattr(self, name)}


def reckon(
    site: Site,
    traffic: Traffic,
    loads: Loads | None = None,
    endpoints: Endpoints | None = None,
    checkpoints: Checkpoints | None = None,
) -> Reckoning:
    """Let a running site settle, stop it, and compare. Traffic and loads must have stopped.

    Runs of other accounts are not waited for: those that are pending must be given out by the queue, each once.
    """
    loads = loads or Loads(site)
    settle(site)
    one_more_run(site)
    loaded = rows_by_load(site)
    settle(site)
    leftovers = _half_made(site)
    listed = Counter(run["id"] for run in listed_runs(site))
    untold = endpoints.untold([event_id_of(id) for id in listed]) if endpoints else []
    surprises = [*traffic.surprises, *loads.surprises]
    code = site.stop()
    if code:
        surprises.append(f"the server ended with code {code}")
    doctor = site.command("doctor", "--deep")
    verified = site.command("audit", "verify")
    with site.stores() as stores:
        ends = _ends(stores)
        waiting = given_out(stores)
        files = _recorded_files(stores, site.account)
        promised = traffic.acknowledged
        return Reckoning(
            acknowledged=len(promised),
            runs=len(ends),
            succeeded=sum("Succeeded" in end for end in ends.values()),
            failed=sum("Failed" in end for end in ends.values()),
            orphans=len(_kept_files(site) - set(files)),
            loads=len(loads.acknowledged),
            lost=[id for id in promised if id not in ends or id not in listed],
            repeated=[id for id, times in listed.items() if times > 1],
            doubled=_doubled_keys(stores, traffic.keys),
            waiting=len(waiting),
            endless=[id for id, end in ends.items() if not end and not waiting[id]],
            restless=[id for id, end in ends.items() if len(end) + waiting[id] > 1],
            stale=_stale_views(stores),
            broken=[id for id, digest in files.items() if _digest(site, id) != digest],
            unreadable=[number for number in loads.acknowledged if loaded[number] != ROWS],
            untold=untold,
            torn=[number for number, rows in loaded.items() if rows != ROWS],
            surprises=surprises,
            leftovers=leftovers,
            complaints=doctor.stdout + doctor.stderr if doctor.returncode else "",
            checkpoints=checkpoints.published if checkpoints else 0,
            contradictions=checkpoints.contradictions(stores) if checkpoints else [],
            unverified=verified.stdout + verified.stderr if verified.returncode else "",
        )


def given_out(stores: Stores) -> Counter[str]:
    """Take every run that the queue has, and give how often each was taken."""
    taken: Counter[str] = Counter()
    while id := stores.claims.acquire("worker:reckoning", LEASE_SECONDS):
        taken[id] += 1
    return taken


def settle(site: Site) -> None:
    """Wait until no run of a running site is pending, for as long as some of them end."""

    seen: list[object] = []

    def settled() -> bool:
        try:
            seen[:] = [run["id"] for run in listed_runs(site) if run["status"] == "pending"]
        except httpx.HTTPStatusError as refusal:
            if refusal.response.status_code != 503:
                raise
            seen[:] = [refusal.response.text]
        return not seen

    while not settled():
        before = list(seen)
        try:
            until(lambda before=before: settled() or seen != before, "no run ends", STUCK_SECONDS)  # type: ignore[misc]
        except AssertionError as stuck:
            raise AssertionError(f"{stuck}: {seen[:5]}, {len(seen)} in all; {_traces(site, seen[:1])}") from None


def one_more_run(site: Site) -> None:
    """Ask for a report: its worker removes what dead workers left."""
    with client_at(site.address, site.key) as client:
        client.post(RUNS, data=a_report()).raise_for_status()


def _half_made(site: Site) -> list[str]:
    """What lies in the folders where workers make files."""
    return [
        str(path.relative_to(site.data))
        for folder in ("files/making", "spill")
        for path in files_below(site.data / folder)
        if path.name not in (LOCK, UNLOCKED)
    ]


def _doubled_keys(stores: Stores, answered: Mapping[str, str]) -> list[str]:
    """The idempotency keys that do not stand for exactly the run that was answered under them."""
    made: dict[str, list[str]] = {}
    for logged in stores.events.read(0, limit=1_000_000):
        event = logged.event
        if isinstance(event, ReportRun.Created) and event.idempotency_key:
            made.setdefault(event.idempotency_key, []).append(event.originator_id)
    twice = [key for key, ids in made.items() if len(ids) > 1]
    return twice + [key for key, id in answered.items() if made.get(key) != [id]]


def _traces(site: Site, ids: Sequence[object]) -> str:
    """What there is to find out why runs do not end."""
    with site.stores() as stores:
        histories = [[type(event).__name__ for event in stores.events.events_of(str(id))] for id in ids]
        queue = {name: [*map(dict, stores.queue_writer.every(f"select * from {name}"))] for name in QUEUE_TABLES}
    return f"histories {histories}, queue {queue}, workers {site.worker_pids()}, log {site.log.read_text()[-3000:]}"


def listed_runs(site: Site) -> list[dict[str, Any]]:
    """Every run as the list over HTTP has it, page by page."""
    runs: list[dict[str, Any]] = []
    with client_at(site.address, site.key) as client:
        more = True
        cursor: dict[str, str] = {}
        while more:
            page = client.get(RUNS, params={"limit": 100, **cursor}).raise_for_status().json()
            runs += page["data"]
            more, cursor = page["has_more"], {"starting_after": runs[-1]["id"]} if runs else {}
    return runs


def _ends(stores: Stores) -> dict[str, list[str]]:
    """The terminal events of every run in the log."""
    ends: dict[str, list[str]] = {}
    for logged in stores.events.read(0, limit=1_000_000):
        event = logged.event
        if isinstance(event, ReportRun.Created):
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
