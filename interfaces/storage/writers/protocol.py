"""The messages between a server and its writer processes."""

from __future__ import annotations

from enum import StrEnum

from interfaces.storage.sql.views.views import VERSION


class Role(StrEnum):
    LOG = "log"
    """Appends: receives what `Append` holds, as tuples; answers `(STORED, positions)`, `(RECORDED, (records by
    place, last position))`, or what went wrong."""
    VIEWS = "views"
    """Projects: receives `CATCH_UP`; answers `(REACHED, position)` after each batch, then `(DONE, position)`."""


GREETING = ("ready", 3, VERSION)
"""The first message of every writer process: the version of this protocol, and of the views that it writes."""

CATCH_UP = "catch up"
REACHED = "reached"
DONE = "done"

STORED = "stored"
RECORDED = "recorded"
CONFLICT = "conflict"
TROUBLE = "trouble"
