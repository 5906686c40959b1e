"""Creates while a server sweeps old idempotency records, which it does when it starts."""

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
from benchmarks.servers import Server, Site
from domain.access.caller import Scope
from interfaces.settings import Settings
from tests.support.stores import stores_in

BODY = b"x" * 600


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    young, old = Site(folder / "young"), Site(folder / "old")
    now = int(time.time())
    _write_records(Settings(data=young.data), effort.runs, now)
    _write_records(Settings(data=old.data), effort.runs, now - KEPT_SECONDS - 3600)
    keys = [site.with_demo().new_key() for site in (young, old)]
    with young.serving() as calm, old.serving() as sweeping:
        theirs, ours = [], []
        for _ in range(effort.rounds):
            theirs.append(_p99(calm, keys[0], effort))
            ours.append(_p99(sweeping, keys[1], effort))
    how = f"of that with young keys alone, SQLite, {effort.runs:,} records; {median(ours):.1f} ms"
    yield ratio("creates, p99 while old keys are swept", ours, theirs, "1.2 or less", how)


def _write_records(settings: Settings, records: int, created: int) -> None:
    scope = Scope("acct_of_the_past", livemode=False)
    with stores_in(settings.data) as stores:
        made = (
            IdempotencyRecord(scope, secrets.token_hex(12), b"f" * 32, 200, BODY, "req_12345678901234", created)
            for _ in range(records)
        )
        stores.store.recorder.import_log(LogExport([], made))


def _p99(server: Server, key: str, effort: Effort) -> float:
    return ask(f"{server.address}{RUNS}", effort.seconds, key, body=body_of(), keyed=True).p99
