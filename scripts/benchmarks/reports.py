"""Large reports: compared with a hand-written copy, their memory, and the files read for one month."""

from __future__ import annotations

import filecmp
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks.by_hand import NO_MEMORY
from benchmarks.commands import timed
from benchmarks.figure import Effort, Figure, ratio
from benchmarks.large_ledger import APRIL, BEGIN, END, LargeLedger, large_ledger
from benchmarks.servers import REPORTRUN
from domain.ledger.ledger import Ledger
from domain.report_types import catalogue
from interfaces.composition.installation import Installation
from interfaces.settings import Settings

ITEMIZED, SUMMARY = "balance_change_from_activity.itemized.3", "balance_change_from_activity.summary.1"
PLENTY_MIB, DEFAULT_MIB = 8_192, 1_024
WANTED_RATIO = "1.15 or less"


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    large = large_ledger(folder, effort.rows)
    how = f"{large.rows:,} balance transactions from Parquet, into an empty ledger"
    yield Figure("load", large.rows / large.load_seconds, "rows/s", "100,000 or more", how)
    rounds = max(2, effort.rounds // 2)
    for memory in (PLENTY_MIB, DEFAULT_MIB):
        yield from _against_hand(folder, large, memory, rounds)
    yield _summary(large, rounds)
    yield from _one_month(large, rounds)


def _against_hand(folder: Path, large: LargeLedger, memory_mib: int, rounds: int) -> Iterator[Figure]:
    ours, by_hand, most = [], [], 0.0
    for _ in range(rounds):
        os.sync()
        seconds, _ = _copy_by_hand(folder, large, memory_mib)
        by_hand.append(seconds)
        seconds, mib = run_itemized(large, memory_mib)
        ours.append(seconds)
        most = max(most, mib)
        if by_hand[-1] is not None and not filecmp.cmp(folder / "by_hand.csv", _newest_file(large), shallow=False):
            raise RuntimeError("the copy by hand differs")
    how = f"time over that of one COPY by hand, {memory_mib:,} MiB for each; {median(ours):.1f} s"
    if None in by_hand:
        how = f"{memory_mib:,} MiB; one COPY by hand runs out of memory"
        yield Figure(f"{ITEMIZED}, all columns", median(ours), "s", "", how)
    else:
        yield ratio(f"{ITEMIZED}, all columns", ours, [one for one in by_hand if one], WANTED_RATIO, how)
    yield Figure(f"{ITEMIZED}, memory", most, "MiB", f"{memory_mib:,} for the engine", "of the whole process, at most")


def _summary(large: LargeLedger, rounds: int) -> Figure:
    itemized = [run_itemized(large, PLENTY_MIB)[0] for _ in range(rounds)]
    summed = [_run(large, SUMMARY, (BEGIN, END), PLENTY_MIB)[0] for _ in range(rounds)]
    return ratio(SUMMARY, summed, itemized, "0.10 or less", f"time over the itemized one's; {median(summed):.2f} s")


def _one_month(large: LargeLedger, rounds: int) -> Iterator[Figure]:
    with Installation(Settings(data=large.site.data)) as installation:
        books = installation.stores.events.find(Ledger, Ledger.id_of(livemode=True))
        assert books is not None
        everything = len(installation.ledger.files(books.pinned(), "balance_transactions"))
        month = len(installation.ledger.files(books.pinned(), "balance_transactions", (APRIL[0], APRIL[1] - 1)))
    took = [_run(large, ITEMIZED, APRIL, PLENTY_MIB)[0] for _ in range(rounds)]
    yield Figure("a month out of two years", month, "files", "its own alone", f"of {everything}; {median(took):.2f} s")


def all_columns() -> list[str]:
    known = catalogue().get(ITEMIZED)
    assert known is not None
    return [column.replace("[key]", "[order_id]") for column in known.columns]


def run_itemized(large: LargeLedger, memory_mib: int) -> tuple[float, float]:
    """The itemized report of all rows and columns: seconds and peak MiB of its process."""
    return _run(large, ITEMIZED, (BEGIN, END), memory_mib, columns=all_columns())


def _run(
    large: LargeLedger,
    report_type: str,
    interval: tuple[int, int],
    memory_mib: int,
    columns: Sequence[str] = (),
) -> tuple[float, float]:
    """One `reportrun run`: seconds and peak MiB."""
    words = [str(REPORTRUN), "run", report_type, "--mode", "live", "--out", os.devnull]
    words += ["--interval-start", str(interval[0]), "--interval-end", str(interval[1])]
    words += ["--param", f"columns={','.join(columns)}"] if columns else []
    environment = {**large.site.environment, "REPORTRUN_ENGINE_MEMORY_MIB": str(memory_mib)}
    seconds, mib, code = timed(words, environment)
    if code:
        raise RuntimeError(f"{report_type} failed")
    return seconds, mib


def _newest_file(large: LargeLedger) -> Path:
    files: Iterator[Path] = (large.site.data / "files").rglob("*.csv")
    return max(files, key=lambda file: file.stat().st_mtime_ns)


def _copy_by_hand(folder: Path, large: LargeLedger, memory_mib: int) -> tuple[float | None, float]:
    """The hand-written copy in its own process: seconds, None when it runs out of memory, and peak MiB."""
    tables = str(large.site.data / "ledger" / "live")
    words = [sys.executable, "-m", "benchmarks.by_hand", tables, str(folder / "by_hand.csv"), str(memory_mib)]
    seconds, mib, code = timed(words, os.environ)
    if code not in (0, NO_MEMORY):
        raise RuntimeError("the copy by hand failed")
    return (seconds if code == 0 else None), mib
