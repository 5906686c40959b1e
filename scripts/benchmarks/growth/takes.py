"""How long taking the next run takes, in several queues in turn."""

from __future__ import annotations

import time
from collections.abc import Hashable, Mapping
from statistics import median
from typing import TypeVar

from interfaces.composition.stores import Stores

LEASE_SECONDS = 3600.0

Key = TypeVar("Key", bound=Hashable)


def take_in_turn(stores: Mapping[Key, Stores], takes: int, *, ends: bool = False) -> dict[Key, float]:
    """Median milliseconds of a take in each store. Takes alternate, so that a disturbance affects all.

    ends  whether each run ends before the next is taken
    """
    took: dict[Key, list[float]] = {key: [] for key in stores}
    for number in range(takes):
        for key, one in stores.items():
            began = time.perf_counter()
            taken = one.claims.acquire(f"worker:{number}", LEASE_SECONDS)
            took[key].append(time.perf_counter() - began)
            if taken is None:
                raise RuntimeError("nothing was taken")
            if ends:
                with one.queue.unit_of_work():
                    one.queue.remove(taken)
    return {key: median(seconds) * 1000 for key, seconds in took.items()}
