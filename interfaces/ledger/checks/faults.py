"""What can be wrong with a record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that a record must not be.

    column     of the table; None when the record as a whole is at fault
    condition  SQL, true for a record at fault
    sentence   SQL of a sentence: the value at fault, and what would be right
    """

    column: str | None
    condition: str
    sentence: str
