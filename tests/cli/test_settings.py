"""Settings come from the environment, and reach child processes through it."""

from __future__ import annotations

import pytest

from interfaces.settings import Settings


@pytest.mark.parametrize(
    ("environment", "trusted"),
    [
        ({}, "127.0.0.1"),
        ({"FORWARDED_ALLOW_IPS": "10.0.0.1"}, "10.0.0.1"),
        ({"REPORTRUN_FORWARDED_ALLOW_IPS": "10.0.0.2"}, "10.0.0.2"),
        ({"FORWARDED_ALLOW_IPS": "10.0.0.1", "REPORTRUN_FORWARDED_ALLOW_IPS": "10.0.0.2"}, "10.0.0.2"),
    ],
)
def test_trusted_proxies_are_set_by_our_variable_and_else_by_that_of_uvicorn(
    environment: dict[str, str], trusted: str
) -> None:
    assert Settings.read(environment).forwarded_allow_ips == trusted


def test_settings_that_are_written_into_an_environment_are_read_from_it() -> None:
    settings = Settings(forwarded_allow_ips="*", attempts=7, total_rows=False, live_only_types=("a.1", "b.1"))

    assert Settings.read(settings.environment()) == settings
