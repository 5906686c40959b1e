"""The command line names parameters by the flags that set them."""

from __future__ import annotations

import pytest

from domain.errors import LedgerBusy
from domain.errors.parameters import ParameterPath, request_parameter, run_parameter
from interfaces.cli.parameter_flags import flag_of, sentence_of
from tests.cli.conftest import Cli


@pytest.mark.parametrize(
    ("param", "flag"),
    [
        (run_parameter("columns"), "--columns"),
        (run_parameter("columns", "3"), "--columns"),
        (run_parameter("timezone"), "--timezone"),
        (run_parameter("interval_start"), "--interval-start"),
        (run_parameter("interval_end"), "--interval-end"),
        (request_parameter("report_type"), "report_type"),
    ],
)
def test_a_parameter_is_named_by_its_flag(param: ParameterPath, flag: str) -> None:
    assert flag_of(param) == flag


def test_an_error_without_parameters_keeps_its_sentence() -> None:
    assert sentence_of(LedgerBusy()) == str(LedgerBusy())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--param", "wat=1"), "Received unknown parameter: --param wat"),
        (("--param", "wat=1", "--param", "so=2"), "Received unknown parameters: --param wat, --param so"),
        (
            ("--param", "currency="),
            "You passed an empty string for '--currency'. We assume empty values are an attempt to unset a "
            "parameter; however '--currency' cannot be unset. You should remove '--currency' from your "
            "request or supply a non-empty value.",
        ),
    ],
)
def test_an_error_about_a_parameter_names_its_flag(loaded: Cli, words: tuple[str, ...], sentence: str) -> None:
    assert loaded("run", "balance.summary.1", *words) == (1, "", f"reportrun: {sentence}\n")
