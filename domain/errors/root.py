"""The root of all errors, and those that every layer may raise."""

from __future__ import annotations


class ReportrunError(Exception):
    """The root of every error that this product defines."""


class NotFound(ReportrunError):
    """The id in the address names nothing that the caller can see.

    exists_in_mode  "test" or "live" when a similar object exists in the mode that the key is not of
    reason          a sentence that says why, where more is known
    """

    def __init__(self, noun: str, id: str, exists_in_mode: str | None = None, *, reason: str = "") -> None:
        message = f"No such {noun}: '{id}'"
        if exists_in_mode is not None:
            key_mode = "live" if exists_in_mode == "test" else "test"
            message += (
                f"; a similar object exists in {exists_in_mode} mode, but a {key_mode} mode key was used to make "
                "this request."
            )
        super().__init__(f"{message}. {reason}" if reason else message)


class StoreUnavailable(ReportrunError):
    """The database or the file storage cannot be reached now; the same call may go through later."""
