"""Warnings about bad requests do not fill the log."""

from __future__ import annotations

import logging

import pytest

from interfaces.http.server.rate_limited_warnings import PERIOD_SECONDS, WARNINGS, RateLimitedWarnings


def test_a_few_warnings_are_logged_and_the_others_counted(caplog: pytest.LogCaptureFixture) -> None:
    now = 1000.0
    warnings = RateLimitedWarnings(lambda: now)

    for number in range(1000):
        warnings.warn(f"refused {number}")
    logged = list(caplog.messages)
    now += PERIOD_SECONDS
    warnings.end_period()
    warnings.end_period()

    assert logged == [f"refused {number}" for number in range(WARNINGS)]
    assert caplog.messages[WARNINGS:] == [f"{1000 - WARNINGS} more such warnings within 60 s were left out."]
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


def test_a_server_that_stops_says_what_it_left_out(caplog: pytest.LogCaptureFixture) -> None:
    warnings = RateLimitedWarnings(lambda: 1000.0)

    for _ in range(WARNINGS + 2):
        warnings.warn("refused")
    warnings.say_left_out()

    assert caplog.messages[WARNINGS:] == ["2 more such warnings within 60 s were left out."]


def test_each_period_begins_anew(caplog: pytest.LogCaptureFixture) -> None:
    now = 1000.0
    warnings = RateLimitedWarnings(lambda: now)

    for _ in range(3):
        warnings.warn("refused")
        now += PERIOD_SECONDS

    assert caplog.messages == ["refused"] * 3
