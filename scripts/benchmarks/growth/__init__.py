"""Costs as an installation grows: a module for each curve, which must be flat."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Effort, Figure
from benchmarks.growth import (
    idempotency_sweep,
    idle_workers,
    ledger_loads,
    long_read,
    more_servers,
    own_writes,
    queue,
    repeated_keys,
)

CURVES = (ledger_loads, queue, long_read, own_writes, repeated_keys, idempotency_sweep, more_servers, idle_workers)


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    for curve in CURVES:
        place = folder / curve.__name__.rpartition(".")[2]
        place.mkdir(mode=0o755)
        yield from curve.measure(place, effort)
