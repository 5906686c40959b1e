"""A moment in the history of a run: an instant, or a version of the run."""

from __future__ import annotations

from typing import NamedTuple

from domain.aggregate import TextIdEvent
from domain.instants import parse_instant, utc_text

FIRST_INSTANT = 1_000_000
"""Smaller numbers are versions: no run has as many events, and as Unix seconds they lie in January 1970."""


class Moment(NamedTuple):
    """at: Unix seconds, with all of that second; version: of the run. One of both is None, or both: now"""

    at: int | None = None
    version: int | None = None

    @classmethod
    def of(cls, number: int) -> Moment:
        """A version, or Unix seconds from `FIRST_INSTANT` on."""
        return cls(version=number) if number < FIRST_INSTANT else cls(at=number)

    @classmethod
    def parse(cls, text: str) -> Moment:
        """`3`, `1735689600` or ISO 8601. Raises ValueError with a sentence that says what is accepted."""
        digits = text.strip()
        if digits.isascii() and digits.isdigit() and len(digits) < 7:
            return cls.of(int(digits))
        return cls(at=parse_instant(text))

    def includes(self, event: TextIdEvent) -> bool:
        if self.version is not None:
            return event.originator_version <= self.version
        return self.at is None or int(event.timestamp.timestamp()) <= self.at

    def __str__(self) -> str:
        if self.version is not None:
            return f"at version {self.version}"
        return "now" if self.at is None else f"at {utc_text(self.at)}"


NOW = Moment()
