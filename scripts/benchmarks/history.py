"""A large event log: succeeded runs, imported like a backup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain

from application.log.export import LogExport, PositionedEvent
from domain.access.api_key import KeyKind
from domain.access.caller import Scope
from domain.ids import new_id, random_id
from domain.runs.report_run import ReportRun, ResultFile
from interfaces.composition.commands import administration
from interfaces.composition.installation import Installation
from interfaces.composition.stores import Stores
from interfaces.settings import Settings

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
APART = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Past:
    """key: an API key's secret. events: in the log. bytes_a_run: of a run's events, with ids and topics."""

    key: str
    events: int
    bytes_a_run: int


def write_past(settings: Settings, runs: int) -> Past:
    """Fill an empty store with runs, oldest first."""
    with (
        Installation(replace(settings, data=settings.data / "seed")) as first,
        Installation(settings) as installation,
    ):
        admin = administration(first)
        scope = Scope(admin.platform(), livemode=False)
        _, secret = admin.create_key(scope, KeyKind.SECRET, (), None)
        seed = first.stores
        before = list(seed.store.recorder.export_events())
        templates = _templates(seed, scope)
        history = chain(before, _events(seed, templates, len(before) + 1, runs))
        installation.stores.store.recorder.import_log(LogExport(history))
        one_run = _events(seed, templates, 1, 1)
        size = sum(len(id) + len(topic) + len(state) for _, id, _, topic, state in one_run)
        return Past(secret, len(before) + runs * len(templates), size)


def _templates(stores: Stores, scope: Scope) -> list[tuple[str, dict[str, object]]]:
    """Topic and state of each event of a succeeded run."""
    run = ReportRun.request(
        "balance.summary.1",
        {"interval_start": 1_735_689_600, "interval_end": 1_738_368_000},
        scope=scope,
        actor=random_id("key", 16),
        at=FIRST,
        request_id=random_id("req", 14),
        api_version="2026-10-28.endive",
    )
    worker = "worker:host:4711"
    run.start_attempt(ledger_version=2, engine="duckdb 2.0.0", actor=worker, at=FIRST)
    columns = ("category", "description", "net_amount", "currency")
    file = ResultFile(random_id("file"), "balance.summary.1.csv", size=412, sha256="0" * 64, rows=12, columns=columns)
    run.succeed(file, ledger_version=2, seconds=0.05, actor=worker, at=FIRST)
    stored = stores.events.pending(run)
    return [(event.topic, stores.events.mapper.transcoder.decode(event.state)) for event in stored]


def _events(
    stores: Stores, templates: list[tuple[str, dict[str, object]]], first_position: int, runs: int
) -> Iterator[PositionedEvent]:
    """Runs that differ only in their ids and times."""
    encode = stores.events.mapper.transcoder.encode
    position = first_position
    for number in range(runs):
        at = FIRST + number * APART
        id, file = new_id("frr", at), random_id("file")
        for version, (topic, facts) in enumerate(templates, start=1):
            facts["timestamp"] = at
            if "file_id" in facts:
                facts["file_id"] = file
            yield position, id, version, topic, encode(facts)
            position += 1
