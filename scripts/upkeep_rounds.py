"""Loads, reports, compactions and vacuums at once for some time, on each store and on a bucket; prints the results."""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from interfaces.storage.postgres.schema import migrate
from tests.faults.upkeep_at_once import AtOnce, check_upkeep
from tests.support.buckets import bucket_storage
from tests.support.postgres import postgres

PLACES = ("sqlite", "postgres", "bucket")

HEADS = ("ledger", "loads", "reports", "compactions", "vacuums", "made again", "version given up", "wrong")


def keep_up(seconds: float, stores: Sequence[str] | None) -> int:
    """The exit code: 1 when a version that is kept gave other bytes, a load is not whole, or a command failed."""
    rows = [_row(place, seconds) for place in (stores or PLACES)]
    print("\n".join(f"| {' | '.join(map(str, row))} |" for row in (HEADS, tuple("---" for _ in HEADS), *rows)))
    return 1 if any(row[-1] for row in rows) else 0


def _row(place: str, seconds: float) -> tuple[object, ...]:
    with tempfile.TemporaryDirectory(prefix="reportrun-upkeep-") as folder, _environment(place, Path(folder)) as found:
        at_once = AtOnce(Path(folder), found)
        at_once.go_on(seconds)
        same: list[str] = []
        gone: list[str] = []
        wrong = len(at_once.surprises)
        try:
            same, gone = check_upkeep(at_once)
        except AssertionError as what:
            wrong = max(wrong, 1)
            print(f"{place}: {what} {at_once.surprises}", file=sys.stderr)
    counts = (at_once.done[word] for word in ("load", "run", "compact", "vacuum"))
    return (place, *counts, len(same), len(gone), wrong)


@contextmanager
def _environment(place: str, folder: Path) -> Iterator[Mapping[str, str]]:
    data = {"REPORTRUN_DATA": str(folder / "data")}
    if place == "postgres":
        with postgres() as server, server.new_database() as url:
            migrate(url)
            yield {**data, "REPORTRUN_DATABASE_URL": url}
    elif place == "bucket":
        logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for each request
        with bucket_storage():
            yield {**data, "REPORTRUN_LEDGER_URL": "s3://reports/ledger"}
    else:
        yield data
