"""The names under which result files are stored."""

from __future__ import annotations

import re

_NAME = re.compile(r"(file_[0-9A-Za-z]+)\.csv")


def name_of(file_id: str) -> str:
    return f"{file_id}.csv"


def file_id_in(name: str) -> str | None:
    """The id of the result that is stored under a name; None for a name of anything else."""
    found = _NAME.fullmatch(name)
    return found[1] if found else None
