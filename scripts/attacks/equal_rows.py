"""A small Parquet file that unfolds to very much, and a load of it that is killed."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import duckdb

from attacks.attack import Attack, Target, Verdict
from attacks.loads import load_of, rows_of
from tests.support.folders import files_below
from tests.support.site import Site

ROWS = 40_000_000
LIMIT_MIB = 64
MOST_MIB = 4 * LIMIT_MIB
LEFT_MIB = 50
"""The load of the other attack is killed when it has taken this much."""

FULL_MIB = 4_000.0
"""The load is killed when it has taken this much of the disk."""


def unfolding(target: Target) -> Verdict:
    """The load must be refused by its limit, before it takes much of the disk."""
    file, before = _equal_rows(target.site), _taken_mib(target.site)
    command = target.site.begin_command("load", "balance_transactions", str(file))
    peak = 0.0
    while command.poll() is None:
        peak = max(peak, _taken_mib(target.site) - before)
        if peak > FULL_MIB:
            command.kill()
        time.sleep(0.05)
    said, _ = command.communicate()
    left = _taken_mib(target.site) - before
    held = command.returncode == 1 and peak < MOST_MIB and left < 1 and "Traceback" not in said
    size = file.stat().st_size / 1024**2
    return Verdict(
        held, f"{size:.1f} MiB: {peak:.0f} MiB taken at most, {left:.0f} MiB left, code {command.returncode}"
    )


def killed(target: Target) -> Verdict:
    """What a killed load leaves must be gone after the next load."""
    file, before = _equal_rows(target.site), _taken_mib(target.site)
    command = target.site.begin_command("load", "balance_transactions", str(file))
    while command.poll() is None and _taken_mib(target.site) - before < LEFT_MIB:
        time.sleep(0.02)
    command.kill()
    command.communicate()
    left = _taken_mib(target.site) - before
    next_file = target.site.data.with_name("next.csv")
    next_file.write_text(rows_of("txn_next", 10))
    code = load_of(target.site, next_file).returncode
    after = _taken_mib(target.site) - before
    return Verdict(
        code == 0 and left >= LEFT_MIB and after < 1, f"{left:.0f} MiB when killed, {after:.1f} MiB after the next load"
    )


def _equal_rows(site: Site) -> Path:
    file = site.data.with_name("equal.parquet")
    duckdb.execute(f"""
        copy (select 'txn_equal' as id, 100 as amount, 3 as fee, 97 as net, 'usd' as currency, 1735689600 as created,
            1735776000 as available_on, 'charge' as type, 'charge' as reporting_category,
            repeat('d', 500) as description, 'ch_1' as source, 'available' as status
        from range({ROWS})) to '{file}' (format parquet, compression zstd, row_group_size 1_000_000)
    """)
    return file


def _taken_mib(site: Site) -> float:
    """What lies in the data folder and in the folder for temporary files."""
    taken = 0
    for folder in (site.data, Path(tempfile.gettempdir())):
        for path in files_below(folder):
            try:
                taken += path.stat().st_blocks * 512
            except FileNotFoundError:  # it has just been removed
                continue
    return taken / 1024**2


ATTACKS = (
    Attack(
        "equal-rows", "a small Parquet file of 40 million equal rows", unfolding, {"LOAD_UNFOLDED_MIB": str(LIMIT_MIB)}
    ),
    Attack("killed-load", "a load that is killed while it unfolds", killed),
)
