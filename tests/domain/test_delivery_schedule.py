"""The schedule of deliveries: each attempt waits longer, and an endpoint may ask for more patience."""

from __future__ import annotations

import pytest

from domain.instants import DAY_SECONDS
from domain.webhooks.delivery_schedule import DeliverySchedule
from interfaces.settings import Settings

SCHEDULE = DeliverySchedule((0.0, 5.0, 300.0))


def test_each_attempt_waits_its_delay_and_after_the_last_there_is_none() -> None:
    assert [SCHEDULE.wait_after(failed, chance=0.0) for failed in (1, 2, 3, 4)] == [5.0, 300.0, None, None]


def test_chance_makes_a_delay_up_to_a_tenth_longer() -> None:
    assert [SCHEDULE.wait_after(2, chance=chance) for chance in (0.0, 0.5, 1.0)] == [300.0, 315.0, 330.0]


@pytest.mark.parametrize(("asked", "wait"), [(None, 5.0), (1.0, 5.0), (60.0, 60.0), (10.0 * DAY_SECONDS, DAY_SECONDS)])
def test_an_endpoint_may_ask_to_wait_longer_and_not_for_more_than_a_day(asked: float | None, wait: float) -> None:
    assert SCHEDULE.wait_after(1, chance=0.0, retry_after_seconds=asked) == wait


def test_asking_to_wait_does_not_add_an_attempt() -> None:
    assert SCHEDULE.wait_after(3, chance=0.0, retry_after_seconds=60.0) is None


def test_live_mode_tries_ten_times_in_three_days_and_test_mode_three_times_in_hours() -> None:
    live, test = Settings().webhook_schedule_live, Settings().webhook_schedule_test

    assert len(live) == 10 and 3 * DAY_SECONDS < sum(live) < 3.5 * DAY_SECONDS
    assert len(test) == 3 and sum(test) < 6 * 3600
