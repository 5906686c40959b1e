"""The garbage collector of processes that run for long."""

from __future__ import annotations

import gc

GARBAGE_OBJECTS = 10_000
"""New objects after which it runs."""


def collect_garbage_seldom() -> None:
    """For work that leaves hardly any reference cycles: what is there now is never looked through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_OBJECTS, 20, 20)
