"""Readers that request a large file and take nothing of it."""

from __future__ import annotations

import time
from contextlib import ExitStack

from attacks.attack import Attack, Target, Verdict
from attacks.connections import connected, count_closed, head
from attacks.held_connections import GRACE_SECONDS, TIMEOUTS
from tests.faults.big_result import a_big_result

READERS = 20
MOST_GROWTH_MIB = 100.0


def attack(target: Target) -> Verdict:
    site = target.site
    request = head(
        f"GET /v1/files/{a_big_result(site)}/contents HTTP/1.1", "Host: x", f"Authorization: Bearer {site.key}"
    )
    with ExitStack() as stack:
        readers = [stack.enter_context(connected(site)) for _ in range(READERS)]
        for reader in readers:
            reader.sendall(request)
        time.sleep(GRACE_SECONDS)
        closed = count_closed(readers, 5.0)
    held = closed == READERS and target.memory.grown < MOST_GROWTH_MIB
    return Verdict(held, f"{closed} of {READERS} closed under a time-out of 2 s, {target.memory.figure}")


ATTACKS = (Attack("slow-readers", "a file of 64 MiB requested and not read", attack, TIMEOUTS),)
