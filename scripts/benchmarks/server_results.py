"""Large results from Spark on this machine, in parts: how much memory the worker takes, into a folder and into S3."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.commands import timed
from benchmarks.figure import Effort, Figure
from benchmarks.servers import REPORTRUN, Site
from tests.support.buckets import bucket_storage
from tests.support.many_rows import COLUMNS, INTERVAL, write_many_transactions
from tests.support.spark_server import running_spark

TYPE = "balance_change_from_activity.itemized.3"
WANTED_MIB = "400 or less"


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    file = write_many_transactions(folder / "balance_transactions.parquet", effort.many_rows)
    site = Site(folder / "data")
    site.command("load", "balance_transactions", str(file))
    file.unlink()
    with running_spark(folder) as server, bucket_storage():
        through_server = {**site.environment, **_settings(folder, server.url)}
        for place, files in (("a folder", {}), ("S3", {"REPORTRUN_FILES_URL": "s3://reports/files"})):
            yield _one_report(effort.many_rows, place, {**through_server, **files})


def _settings(folder: Path, url: str) -> Mapping[str, str]:
    given = {"URL": url, "READS": "files", "FROM_MIB": "0", "PARTS_URL": str(folder / "parts"), "PARTS_FROM_ROWS": "1"}
    aws = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    return {**{f"REPORTRUN_ENGINE_{name}": value for name, value in given.items()}, **aws}


def _one_report(rows: int, place: str, environment: Mapping[str, str]) -> Figure:
    words: list[str | Path] = [REPORTRUN, "run", TYPE, *INTERVAL, "--param", f"columns={COLUMNS}", "--out", os.devnull]
    seconds, mib, code = timed(words, environment)
    if code:
        raise RuntimeError(f"the report into {place} failed")
    return Figure(
        f"memory of a worker, result in parts into {place}", mib, "MiB", WANTED_MIB, f"{rows:,} rows; {seconds:.0f} s"
    )
