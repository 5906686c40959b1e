"""Events gather for some time before they are projected, longer where many come."""

from __future__ import annotations

import pytest

from application.projecting.subscription import BUSY_EVENTS, BUSY_PAUSE_SECONDS, PAUSE_SECONDS, pause_after


@pytest.mark.parametrize(
    ("events", "seconds"),
    [(1, PAUSE_SECONDS), (BUSY_EVENTS - 1, PAUSE_SECONDS), (BUSY_EVENTS, BUSY_PAUSE_SECONDS)],
)
def test_events_gather_longer_only_after_a_large_batch(events: int, seconds: float) -> None:
    assert pause_after(events) == seconds
    assert PAUSE_SECONDS < BUSY_PAUSE_SECONDS
