"""Variables that begin as settings do and are none."""

from __future__ import annotations

import pytest

from interfaces.settings import MOST_UNKNOWN, OPTIONS_OF_SERVE, unknown_settings
from tests.cli.conftest import Cli


def test_a_misspelt_setting_is_named_without_its_value() -> None:
    assert unknown_settings({"REPORTRUN_LOGFORMAT": "s3cret", "REPORTRUN_DATA": "x", "PATH": "y"}) == [
        "'REPORTRUN_LOGFORMAT' is no setting, and is ignored. Did you mean REPORTRUN_LOG_FORMAT?"
    ]


@pytest.mark.parametrize("name", OPTIONS_OF_SERVE)
def test_an_option_of_serve_is_named(reportrun: Cli, name: str) -> None:
    assert unknown_settings({f"REPORTRUN_{name}": "2"}) == [
        f"'REPORTRUN_{name}' is no setting, and is ignored. Give it as an option: `reportrun serve --{name.lower()}`."
    ]
    assert f"--{name.lower()} {name}" in reportrun("serve", "--help")[1]


def test_a_setting_of_another_meaning_is_not_proposed() -> None:
    assert unknown_settings({"REPORTRUN_SERVERS": "2"}) == ["'REPORTRUN_SERVERS' is no setting, and is ignored."]


def test_of_many_unknown_variables_the_first_are_named() -> None:
    said = unknown_settings({f"REPORTRUN_{letter * 9}": "" for letter in "ABCDEFGHIJKLMN"})

    assert len(said) == MOST_UNKNOWN + 1
    assert said[-1] == "Of the variables that begin with REPORTRUN_, 4 more are no settings."
