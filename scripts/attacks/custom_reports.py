"""Custom reports of one row that ask for more memory or time than they may have."""

from __future__ import annotations

import time
from pathlib import Path

import httpx

from attacks.attack import Attack, Target, Verdict
from attacks.connections import RUNS
from tests.faults.traffic import a_report
from tests.support.processes import until

LIMIT_SECONDS = 5
MOST_SECONDS = 3 * LIMIT_SECONDS
MOST_GROWTH_MIB = 1_000.0
UNENDED = "did not end"
ENDS = ("succeeded", "failed")

SELECTS = {
    "lpad": "select lpad(id, 2000000000, 'ab') as value",
    "printf": "select printf('%2000000000d', amount) as value",
    "regexp": "select regexp_matches(repeat(id, 20000000), '(a|b|ab)*c') as value",
    "range": "select len(range(amount * 1000000)) as value",
    "levenshtein": "select levenshtein(repeat(id, 20000), repeat(type, 20000)) as value",
    "bit": "select length(repeat(id, 50000000)::blob::bit) as value",
}


FILE = """\
/*
id = "attack.{name}.1"
name = "Attack"
columns = ["value"]
required = ["interval_start", "interval_end"]
*/
{select}
from balance_transactions
where id = 'txn_charge_00' and created >= $interval_start and created < $interval_end
"""


def prepare(folder: Path) -> dict[str, str]:
    """Write the reports."""
    reports = folder / "reports"
    reports.mkdir()
    for name, select in SELECTS.items():
        (reports / f"{name}.sql").write_text(FILE.format(name=name, select=select))
    return {"REPORTS": str(reports)}


def attack(target: Target) -> Verdict:
    """Request each of the reports, which must end in time, and a built-in one after it, which must not wait long."""
    site = target.site
    figures, held = [], True
    with httpx.Client(base_url=site.address, headers={"Authorization": f"Bearer {site.key}"}, timeout=30) as client:
        for name in SELECTS:
            outcome, seconds = _run(client, f"attack.{name}.1")
            next_outcome, next_seconds = _run(client, "balance.summary.1")
            held &= outcome in ENDS and seconds < MOST_SECONDS
            held &= next_outcome == "succeeded" and next_seconds < LIMIT_SECONDS
            figures.append(f"{name} {outcome} in {seconds:.0f} s")
    held &= target.memory.grown < MOST_GROWTH_MIB
    return Verdict(held, ", ".join([*figures, target.memory.figure]))


def _run(client: httpx.Client, report_type: str) -> tuple[str, float]:
    """How a run of the type ends, and after how many seconds; `refused` if it is not offered."""
    began = time.monotonic()
    answer = client.post(RUNS, data=a_report(report_type))
    if answer.status_code in (400, 404):
        return "refused", 0.0
    address = f"{RUNS}/{answer.raise_for_status().json()['id']}"
    seen = {"status": "pending"}

    def ended() -> bool:
        seen.update(client.get(address).raise_for_status().json())
        return seen["status"] != "pending"

    try:
        until(ended, "it does not end", 2 * MOST_SECONDS)
    except AssertionError:
        return UNENDED, time.monotonic() - began
    return seen["status"], time.monotonic() - began


ATTACKS = (
    Attack(
        "custom-reports",
        f"custom reports of one row that need gigabytes or minutes, under {LIMIT_SECONDS} s and 256 MiB",
        attack,
        {"ATTEMPT_LIMIT_SECONDS": str(LIMIT_SECONDS), "ENGINE_MEMORY_MIB": "256", "ATTEMPTS": "2"},
        prepare,
    ),
)
