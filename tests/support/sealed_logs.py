"""Stored logs that a sealer of another process follows."""

from __future__ import annotations

from pathlib import Path

from tests.support.runs import pending_run
from tests.support.stores import stores_in


def is_sealed(data: Path, url: str = "") -> bool:
    with stores_in(data, url) as stores:
        state = stores.store.seal_states.get()
        return state is not None and state.position == stores.events.last_position() and state.is_signed


def grow(data: Path, url: str = "") -> None:
    with stores_in(data, url) as stores:
        stores.events.save(pending_run())
