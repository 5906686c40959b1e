"""Renders the parameters that errors name as the flags of `run`."""

from __future__ import annotations

from domain.errors import InvalidParameter, ReportrunError
from domain.errors.parameters import ParameterPath

FLAGS = {
    "interval_start": "--interval-start",
    "interval_end": "--interval-end",
    "timezone": "--timezone",
    "currency": "--currency",
    "columns": "--columns",
}
"""Parameters that have a flag of their own."""


def flag_of(param: ParameterPath) -> str:
    """The flag that sets a parameter. A place in a list, `columns[3]`, has the flag of the list."""
    name = param.parts[0]
    return FLAGS.get(name, f"--param {name}") if param.in_run else str(param)


def sentence_of(error: ReportrunError) -> str:
    """An error's sentence, in which parameters are named by their flags."""
    return error.sentence(flag_of) if isinstance(error, InvalidParameter) else str(error)
