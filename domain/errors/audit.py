"""Errors of the transparency log."""

from __future__ import annotations

from domain.errors.root import ReportrunError


class SealBroken(ReportrunError):
    """The log is not what was sealed, so it is not sealed on; the message says where it differs."""


class SealRefused(ReportrunError):
    """The log cannot be sealed by this process, such as with another key."""


class NotSealedYet(ReportrunError):
    """A proof of what the transparency log does not have yet; a later call may get it."""

    def __init__(self, id: str) -> None:
        super().__init__(f"Not all events of {id} are sealed yet. Try again in a moment.")
