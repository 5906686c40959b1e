"""Errors of runs, attempts and result files."""

from __future__ import annotations

from domain.errors.root import ReportrunError
from domain.instants import utc_text


class FileExpired(ReportrunError):
    """The file's contents were removed, as its promised time is over."""

    def __init__(self, id: str, expired_at: int) -> None:
        super().__init__(
            f"The file {id} expired at {utc_text(expired_at)}; its contents are no longer available. Run the report "
            "again to get them."
        )


class OnlyInTestMode(ReportrunError):
    def __init__(self) -> None:
        super().__init__("Test helpers work in test mode only, and this key is a live-mode key.")


class RunAlreadyFinished(ReportrunError):
    def __init__(self, run_id: str, status: str) -> None:
        super().__init__(f"{run_id} has already {status}; a finished run never changes.")


class ReportFailed(ReportrunError):
    """One attempt ended without a file.

    The message is the sentence that users read in `error`; it holds no SQL, path or secret.
    reason     a short code for operators, kept in the event
    try_again  True when another attempt may succeed, such as after a full disk
    """

    def __init__(self, message: str, reason: str = "engine_error", *, try_again: bool = False) -> None:
        super().__init__(message)
        self.reason = reason
        self.try_again = try_again


class ReportTimedOut(ReportFailed):
    def __init__(self, limit_seconds: float) -> None:
        super().__init__(
            f"The report took longer than its time limit of {limit_seconds:g} seconds and was stopped. "
            "Ask for a shorter interval or fewer columns.",
            "time_limit",
        )


class ResultDiffers(ReportFailed):
    """A file that was made again is not the one on record.

    made, on_record  their SHA-256, hex
    """

    def __init__(self, made: str, on_record: str) -> None:
        super().__init__(f"The file made again has sha256 {made}, and on record is {on_record}.")
        self.made = made
        self.on_record = on_record


class ResultDamaged(ReportrunError):
    """The stored bytes of a result are not those on record."""

    def __init__(self, file_id: str, stored: str, on_record: str) -> None:
        """stored, on_record: SHA-256, hex"""
        super().__init__(
            f"The stored bytes of {file_id} are damaged: they have sha256 {stored}, and on record is {on_record}. "
            "Ask for the report again, or restore the file from a backup."
        )
