"""Creates while a server sweeps old idempotency records, as it does when it starts, and creates without a sweep."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from application.log.export import LogExport
from application.log.idempotency_records import KEPT_SECONDS, IdempotencyRecord
from benchmarks.client import RUNS, body_of
from benchmarks.figure import Effort, Figure, ratio
from benchmarks.load import ask
from benchmarks.servers import Site
from domain.access.caller import Scope
from tests.support.postgres import postgres
from tests.support.stores import stores_in

BODY = b"x" * 600

ACCOUNT = "acct_of_the_past"


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    yield _on("SQLite", Site(folder / "young"), Site(folder / "old"), effort)
    with postgres(fsync=True) as server, server.new_database() as young, server.new_database() as old:
        sites = [Site(folder / f"postgres-{name}", url) for name, url in (("young", young), ("old", old))]
        yield _on("PostgreSQL", sites[0], sites[1], effort)


def _on(store: str, young: Site, old: Site, effort: Effort) -> Figure:
    """Each round starts a server, whose sweep goes on for longer than the round when there are enough records."""
    now = int(time.time())
    _write_records(young, effort.runs, now)
    _write_records(old, effort.runs, now - KEPT_SECONDS - 3600)
    keys = {site: site.with_demo().new_key() for site in (young, old)}
    calm, sweeping = [], []
    for _ in range(effort.rounds):
        calm.append(_p99(young, keys[young], effort))
        sweeping.append(_p99(old, keys[old], effort))
    swept = effort.runs - _records_left(old)
    note = f"of that with young keys alone; {median(sweeping):.1f} ms, {swept:,} of {effort.runs:,} records swept"
    return ratio(f"creates, p99 while old keys are swept, {store}", sweeping, calm, "1.2 or less", note)


def _write_records(site: Site, records: int, created: int) -> None:
    scope = Scope(ACCOUNT, livemode=False)
    with stores_in(site.data, site.database_url) as stores:
        made = (
            IdempotencyRecord(scope, secrets.token_hex(12), b"f" * 32, 200, BODY, "req_12345678901234", created)
            for _ in range(records)
        )
        stores.store.recorder.import_log(LogExport([], made))


def _records_left(site: Site) -> int:
    with stores_in(site.data, site.database_url) as stores, stores.store.recorder.export() as log:
        return sum(record.scope.account == ACCOUNT for record in log.records)


def _p99(site: Site, key: str, effort: Effort) -> float:
    with site.serving() as server:
        return ask(f"{server.address}{RUNS}", effort.seconds, key, body=body_of(), keyed=True).p99
