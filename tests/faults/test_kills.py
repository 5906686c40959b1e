"""Nothing acknowledged is lost, and nothing ends twice or never, when processes are killed at random moments."""

from __future__ import annotations

import random

from tests.faults.campaign import carry_out
from tests.support.site import Site

ROUNDS = 25
"""On each store; `scripts/faults` goes on for longer."""

PENDING = 200
"""Runs that are pending from the begin; `scripts/faults --pending 50000` tries many more."""


def test_kills_at_random_moments_lose_nothing_that_was_acknowledged(site: Site) -> None:
    campaign = carry_out(site, rounds=ROUNDS, seed=random.SystemRandom().randrange(1_000_000), pending=PENDING)

    print(campaign)  # noqa: T201 -- shown when this fails: with its seed it can be repeated
    assert campaign.reckoning.wrong == {}
    assert campaign.reckoning.acknowledged > ROUNDS
    assert campaign.reckoning.succeeded == campaign.reckoning.runs - PENDING
    assert campaign.reckoning.failed == PENDING
    assert campaign.reckoning.loads > 0
    assert campaign.deliveries >= 2 * campaign.reckoning.runs
    assert campaign.reckoning.checkpoints > 0
    assert campaign.tracebacks == 0
