"""The command line names parameters by the flags that set them."""

from __future__ import annotations

import pytest

from interfaces.cli.parameter_flags import flag_of, with_flags


@pytest.mark.parametrize(
    ("param", "flag"),
    [
        ("columns", "--param columns"),
        ("parameters[columns]", "--param columns"),
        ("parameters[columns][3]", "--param columns"),
        ("parameters.timezone", "--param timezone"),
        ("parameters.interval_start", "--interval-start"),
        ("parameters[interval_end]", "--interval-end"),
        (("parameters", "columns"), "--param columns"),
        (("parameters", "connected_accounts", 0), "--param connected_accounts"),
        (("columns",), "--param columns"),
        (("parameters", "interval_start"), "--interval-start"),
    ],
)
def test_a_parameter_is_named_by_its_flag(param, flag):
    assert flag_of(param) == flag


def test_a_sentence_without_parameters_stays_as_it_is():
    sentence = "No such account: 'acct_1'"

    assert with_flags(sentence) == sentence


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--param", "wat=1"), "Received unknown parameter: --param wat"),
        (("--param", "wat=1", "--param", "so=2"), "Received unknown parameters: --param wat, --param so"),
        (
            ("--param", "currency="),
            "You passed an empty string for '--param currency'. We assume empty values are an attempt to unset a "
            "parameter; however '--param currency' cannot be unset. You should remove '--param currency' from your "
            "request or supply a non-empty value.",
        ),
    ],
)
def test_an_error_about_a_parameter_names_its_flag(loaded, words, sentence):
    assert loaded("run", "balance.summary.1", *words) == (1, "", f"reportrun: {sentence}\n")
