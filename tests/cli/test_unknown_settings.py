"""Variables that begin as settings do and are none."""

from __future__ import annotations

from interfaces.settings import MOST_UNKNOWN, unknown_settings


def test_a_misspelt_setting_is_named_without_its_value() -> None:
    assert unknown_settings({"REPORTRUN_LOGFORMAT": "s3cret", "REPORTRUN_DATA": "x", "PATH": "y"}) == [
        "'REPORTRUN_LOGFORMAT' is no setting, and is ignored. Did you mean REPORTRUN_LOG_FORMAT?"
    ]


def test_of_many_unknown_variables_the_first_are_named() -> None:
    said = unknown_settings({f"REPORTRUN_{letter * 9}": "" for letter in "ABCDEFGHIJKLMN"})

    assert len(said) == MOST_UNKNOWN + 1
    assert said[-1] == "Of the variables that begin with REPORTRUN_, 4 more are no settings."
