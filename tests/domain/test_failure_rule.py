"""An endpoint is disabled only when nothing has succeeded for five days and at least 20 attempts failed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.instants import DAY_SECONDS
from domain.webhooks.failure_rule import Consequence, FailureRule, Health
from domain.webhooks.webhook_endpoint import WebhookEndpoint
from tests.domain.endpoints import an_endpoint, topics_of
from tests.support.clock import NOON

RULE = FailureRule()


@pytest.mark.parametrize(
    ("failed", "days", "expected"),
    [
        (2, 4.9, Consequence.NOTHING),
        (3, 0.01, Consequence.NOTHING),
        (3, 0.05, Consequence.IS_FAILING),
        (19, 30, Consequence.IS_FAILING),
        (20, 3.9, Consequence.IS_FAILING),
        (20, 4, Consequence.ANNOUNCE),
        (20, 4.99, Consequence.ANNOUNCE),
        (20, 5, Consequence.DISABLE),
        (500, 4.99, Consequence.ANNOUNCE),
    ],
)
def test_both_the_time_and_the_number_of_attempts_must_be_reached(
    failed: int, days: float, expected: Consequence
) -> None:
    assert RULE.consequence(failed, days * DAY_SECONDS) is expected


def test_a_shorter_time_is_announced_at_its_half() -> None:
    rule = FailureRule(disable_seconds=60, disable_attempts=3)

    assert [rule.consequence(3, seconds) for seconds in (29, 30, 60)] == [
        Consequence.NOTHING,
        Consequence.ANNOUNCE,
        Consequence.DISABLE,
    ]


def reported(endpoint: WebhookEndpoint, failed: int, days: float) -> None:
    endpoint.report_failures(NOON, failed, RULE, actor="deliverer:1", at=NOON + timedelta(days=days))


def test_each_step_is_recorded_once_and_a_success_ends_it() -> None:
    endpoint = an_endpoint()
    for failed, days in ((2, 0), (3, 1), (9, 2), (20, 4), (25, 4.5)):
        reported(endpoint, failed, days)
    assert endpoint.health == Health.ABOUT_TO_BE_DISABLED
    for _ in range(2):
        endpoint.report_success(actor="deliverer:1", at=NOON)
    reported(endpoint, 30, 5)
    reported(endpoint, 40, 6)

    assert topics_of(endpoint) == [
        "webhook_endpoint.created",
        "webhook_endpoint.failing",
        "webhook_endpoint.disable_announced",
        "webhook_endpoint.recovered",
        "webhook_endpoint.disabled",
    ]
    assert (endpoint.is_enabled, str(endpoint.health)) == (False, "given up")


def test_an_endpoint_that_is_enabled_again_counts_anew() -> None:
    endpoint = an_endpoint()
    reported(endpoint, 20, 5)

    endpoint.enable(actor="cli:test", at=NOON + timedelta(days=6))

    assert endpoint.health == Health.GOOD and endpoint.counted_from == NOON + timedelta(days=6)


def test_one_that_its_owner_disables_was_not_given_up() -> None:
    endpoint = an_endpoint()
    endpoint.disable(actor="cli:test", at=NOON)

    assert endpoint.health == Health.GOOD
