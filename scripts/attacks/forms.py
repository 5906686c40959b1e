"""Forms that are too large, too deep, or of too many parameters."""

from __future__ import annotations

import time
from functools import partial

import httpx

from attacks.attack import Attack, Target, Verdict
from attacks.connections import FORM, RUNS

MIB = 1024 * 1024
MOST_SECONDS = 0.5
MOST_GROWTH_MIB = 100.0
REQUESTS = 10


def attack(target: Target, *, more: str) -> Verdict:
    """Send a form of a report with more appended to it; it must be refused soon, in little memory."""
    content = f"{FORM}{more}"
    statuses, slowest = set(), 0.0
    headers = {"Authorization": f"Bearer {target.site.key}", "Content-Type": "application/x-www-form-urlencoded"}
    with httpx.Client(base_url=target.site.address, headers=headers, timeout=60) as client:
        for _ in range(REQUESTS):
            began = time.monotonic()
            statuses.add(client.post(RUNS, content=content).status_code)
            slowest = max(slowest, time.monotonic() - began)
    held = statuses <= {400, 413} and slowest < MOST_SECONDS and target.memory.grown < MOST_GROWTH_MIB
    answers = "/".join(map(str, sorted(statuses)))
    return Verdict(held, f"answered {answers}, slowest {slowest:.2f} s, {target.memory.figure}")


ATTACKS = (
    Attack("large-form", "a form of 4 MiB", partial(attack, more="&a=" + "b" * 4 * MIB)),
    Attack("deep-form", "a parameter of 300,000 levels", partial(attack, more="&a" + "[b]" * 300_000 + "=1")),
    Attack("many-parameters", "a form of 250,000 parameters", partial(attack, more="&a=b" * 250_000)),
    Attack("many-signs", "a form of 900,000 ampersands", partial(attack, more="&" * 900_000 + "a=b")),
)
