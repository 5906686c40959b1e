"""What helpers do, and the words of it."""

from __future__ import annotations

from enum import StrEnum

from interfaces.storage.sql.views.views import VERSION


class Role(StrEnum):
    LOG = "log"
    """Appends: is given what `Append` holds, as tuples; answers `(STORED, positions)` or what went wrong."""
    VIEWS = "views"
    """Projects: is given `CATCH_UP`; answers `(REACHED, position)` after each batch, then `(DONE, position)`."""


GREETING = ("ready", 1, VERSION)
"""What every helper says first: the version of what is said here, and of the views that it knows."""

CATCH_UP = "catch up"
REACHED = "reached"
DONE = "done"

STORED = "stored"
CONFLICT = "conflict"
TROUBLE = "trouble"
