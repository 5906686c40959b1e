"""Renders the parameters that errors name as the flags of `run`."""

from __future__ import annotations

import re
from collections.abc import Sequence

FLAGS = {"interval_start": "--interval-start", "interval_end": "--interval-end"}
"""Parameters that have a flag of their own."""

_PARAMETER = re.compile(r"parameters(?:\[\w+\]|\.\w+)(?:\[\w*\])*")
"""A run's parameter as HTTP names it: `parameters[columns]`, `parameters.interval_start`, `parameters[columns][0]`."""


def flag_of(param: str | Sequence[str]) -> str:
    """The flag of a run's parameter.

    param  `columns`, `parameters[columns]`, `parameters.interval_start`, or a path such as `("parameters", "columns")`
    """
    path = re.findall(r"\w+", param) if isinstance(param, str) else list(param)
    name = path[1] if path[0] == "parameters" and len(path) > 1 else path[0]
    return FLAGS.get(name, f"--param {name}")


def with_flags(sentence: str) -> str:
    """A sentence that names parameters by their flags."""
    return _PARAMETER.sub(lambda named: flag_of(named.group()), sentence)
