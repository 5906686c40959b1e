"""A command ends when no server answers from before it."""

from __future__ import annotations

from application.access import ttl_cache
from application.projecting.visibility import show_everywhere


def test_a_command_waits_one_cache_ttl_after_the_views_show_its_change() -> None:
    steps: list[object] = []

    show_everywhere(lambda: steps.append("views are up to date"), steps.append)

    assert steps == ["views are up to date", ttl_cache.SECONDS]
