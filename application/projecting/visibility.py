"""Visibility: an acknowledged change shows in every answer of every server."""

from __future__ import annotations

import time
from collections.abc import Callable

from application.access import ttl_cache


def show_everywhere(catch_up: Callable[[], object], wait: Callable[[float], object] = time.sleep) -> None:
    """Bring the views up to date, then wait one cache TTL, so that no server answers from a stale entry."""
    catch_up()
    wait(ttl_cache.SECONDS)
