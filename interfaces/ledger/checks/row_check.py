"""`RowCheck`: a condition under which a row is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RowCheck:
    """A condition under which a record is refused.

    column      of the table; None for a check of the whole record
    fails_when  SQL, true for a record that fails
    message     SQL of the message: the value at fault, and what would be right
    """

    column: str | None
    fails_when: str
    message: str
