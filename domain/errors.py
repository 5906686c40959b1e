"""Everything that can be wrong with a request, in the words of the business.

    ReportrunError
    ├── InvalidParameter                a value that the caller can mend; names its `param`
    │   ├── UnknownParameters           names that nothing takes
    │   ├── MissingParameter            a required name that is not there
    │   ├── EmptyParameter              "" where a value is needed
    │   ├── NotAnInteger
    │   ├── WrongShape                  a list for a string, a string for a hash, ...
    │   ├── NotOneOf                    outside a closed list of values
    │   ├── UnknownCurrency
    │   ├── TooLong
    │   ├── ColumnNotOffered
    │   ├── ColumnRepeated
    │   ├── IntervalReversed
    │   ├── OutsideDataWindow
    │   ├── ReferenceNotFound           an id in a parameter that leads nowhere
    │   ├── OneOrMany                   a name and a list of names for the same thing
    │   └── ConflictingCursors
    ├── ReportTypeCannotRun             known, but not here
    │   ├── NotRunnableHere
    │   ├── LiveModeOnly
    │   ├── NoConnectedAccounts
    │   └── NoLedgerData
    ├── NotFound                        an id in the address that leads nowhere
    ├── FileExpired                     a file whose promised time is over
    ├── OnlyInTestMode                    what would do harm in live mode
    ├── RunAlreadyFinished              a second end for a run
    ├── ReportFailed                    an attempt ended without a file; carries the sentence for `error`
    │   └── ReportTimedOut
    ├── LedgerRefused                   rows that a ledger does not take; names file, row and column
    ├── LedgerBusy                      another load is under way
    ├── KeyRefused
    │   ├── NoKeyGiven, UnknownKey, ExpiredKey, PublishableKeyGiven
    │   ├── PermissionMissing
    │   ├── NotAPlatform
    │   └── AccountRefused
    ├── IdempotencyKeyReused, IdempotencyKeyInUse
    ├── TooManyRequests                 faster than the limit
    ├── ServerStopping                  the server was told to end while it worked on the request
    └── StoreUnavailable                the database or the files cannot be reached now; try again

Status codes are not here: `interfaces/http/errors.py` gives each of these one.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.instants import utc_text


class ReportrunError(Exception):
    """The root of everything that this product raises on purpose."""


class InvalidParameter(ReportrunError):
    """A parameter that the caller can mend.

    param  its name as the caller wrote it, `parameters[columns]`; None when no single one is at fault
    """

    def __init__(self, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.param = param


class UnknownParameters(InvalidParameter):
    MOST_NAMED = 20

    def __init__(self, names: Sequence[str]) -> None:
        plural = "s" if len(names) > 1 else ""
        more = ", ..." if len(names) > self.MOST_NAMED else ""
        named = ", ".join(names[: self.MOST_NAMED])
        super().__init__(f"Received unknown parameter{plural}: {named}{more}", param=names[0])


class MissingParameter(InvalidParameter):
    def __init__(self, param: str) -> None:
        super().__init__(f"Missing required param: {param}.", param=param)


class EmptyParameter(InvalidParameter):
    def __init__(self, param: str) -> None:
        super().__init__(
            f"You passed an empty string for '{param}'. We assume empty values are an attempt to unset a parameter; "
            f"however '{param}' cannot be unset. You should remove '{param}' from your request or supply a non-empty "
            "value.",
            param=param,
        )


class NotAnInteger(InvalidParameter):
    def __init__(self, value: str, param: str) -> None:
        super().__init__(f"Invalid integer: {value}", param=param)


class WrongShape(InvalidParameter):
    def __init__(self, message: str, param: str) -> None:
        super().__init__(message, param=param)


class NotOneOf(InvalidParameter):
    def __init__(self, param: str, allowed: Sequence[str]) -> None:
        name = param.rpartition("[")[2].rstrip("]") or param
        super().__init__(f"Invalid {name}: must be one of {_or_list(allowed)}", param=param)


class UnknownCurrency(InvalidParameter):
    def __init__(self, value: str, known: Sequence[str], param: str) -> None:
        super().__init__(
            f"Invalid currency: {value}. Stripe currently supports these currencies: {', '.join(known)}", param=param
        )


class TooLong(InvalidParameter):
    def __init__(self, value: str, limit: int, param: str) -> None:
        super().__init__(f"Invalid string: {value[:20]}...; must be at most {limit} characters", param=param)


class ColumnNotOffered(InvalidParameter):
    def __init__(self, column: str, report_type: str, offered: Sequence[str]) -> None:
        super().__init__(
            f"{column} is not a column of {report_type}. It has: {', '.join(offered)}.", param="parameters[columns]"
        )


class ColumnRepeated(InvalidParameter):
    def __init__(self, column: str) -> None:
        super().__init__(f"{column} is asked for more than once. Name each column once.", param="parameters[columns]")


class IntervalReversed(InvalidParameter):
    def __init__(self, start: int, end: int) -> None:
        super().__init__(
            f"`interval_start` = {utc_text(start)} must be before `interval_end` = {utc_text(end)}.",
            param="parameters.interval_start",
        )


class OutsideDataWindow(InvalidParameter):
    def __init__(self, message: str, edge: str) -> None:
        super().__init__(message, param=f"parameters.{edge}")

    @classmethod
    def before(cls, report_type: str, available_start: int, edge: str, requested: int) -> OutsideDataWindow:
        return cls(
            f"Data for the report type {report_type} is only available starting at {utc_text(available_start)}; "
            f"you requested `{edge}` = {utc_text(requested)}.",
            edge,
        )

    @classmethod
    def after(cls, report_type: str, available_end: int, edge: str, requested: int) -> OutsideDataWindow:
        return cls(
            f"Data for the report type {report_type} is only available through {utc_text(available_end)}; "
            f"you requested `{edge}` = {utc_text(requested)}.",
            edge,
        )


class ReferenceNotFound(InvalidParameter):
    """An id given in a parameter, such as a cursor or a report type, that names nothing the caller can see."""

    def __init__(self, noun: str, id: str, param: str) -> None:
        super().__init__(f"No such {noun}: '{id}'", param=param)


class OneOrMany(InvalidParameter):
    def __init__(self, one: str, many: str) -> None:
        super().__init__(
            f"Received both {one} and {many} parameters. Please pass in only one.", param=f"parameters[{many}]"
        )


class ConflictingCursors(InvalidParameter):
    def __init__(self) -> None:
        super().__init__("Received both starting_after and ending_before parameters. Please pass in only one.")


class ReportTypeCannotRun(ReportrunError):
    """The catalogue knows the type, but it cannot run here or for this caller."""

    param = "report_type"


class NotRunnableHere(ReportTypeCannotRun):
    def __init__(self, report_type: str) -> None:
        super().__init__(f"The report type {report_type} is known, but this installation cannot compute it.")


class LiveModeOnly(ReportTypeCannotRun):
    def __init__(self, report_type: str) -> None:
        super().__init__(f"The report type {report_type} is only available with a live-mode API key.")


class NoConnectedAccounts(ReportTypeCannotRun):
    def __init__(self, report_type: str, account: str) -> None:
        super().__init__(f"The report type {report_type} is about connected accounts, and '{account}' has none.")


class NoLedgerData(ReportTypeCannotRun):
    def __init__(self, report_type: str, mode: str, table: str, whose: str) -> None:
        super().__init__(
            f"The report type {report_type} has no data in {mode} mode yet: nothing was loaded into the ledger's table "
            f"{table}, or nothing for {whose}."
        )


class NotFound(ReportrunError):
    """The id in the address names nothing that the caller can see.

    exists_in_mode  "test" or "live" when a similar object exists in the mode that the key is not of
    """

    def __init__(self, noun: str, id: str, exists_in_mode: str | None = None) -> None:
        message = f"No such {noun}: '{id}'"
        if exists_in_mode is not None:
            key_mode = "live" if exists_in_mode == "test" else "test"
            message += (
                f"; a similar object exists in {exists_in_mode} mode, but a {key_mode} mode key was used to make "
                "this request."
            )
        super().__init__(message)


class FileExpired(ReportrunError):
    """The file was there, and is no longer."""

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
    try_again  True when another attempt may go better, such as after a full disk
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


class LedgerRefused(ReportrunError):
    """Rows that a ledger does not take. Nothing of the load was kept.

    file, row, column  where; row counts from 1 for the first record after the header; None when not of one
    """

    def __init__(
        self, problem: str, *, file: str | None = None, row: int | None = None, column: str | None = None
    ) -> None:
        where = [
            part
            for part in (file, f"row {row}" if row else None, f"column {column}" if column else None)
            if part is not None
        ]
        super().__init__(f"{', '.join(where)}: {problem}" if where else problem)
        self.file, self.row, self.column = file, row, column


class LedgerBusy(ReportrunError):
    def __init__(self) -> None:
        super().__init__("Another load into this ledger is under way. Try again when it has ended.")


class KeyRefused(ReportrunError):
    """The key does not open this door."""


class NoKeyGiven(KeyRefused):
    def __init__(self) -> None:
        super().__init__(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'), or as the user name of Basic auth with no "
            "password."
        )


class UnknownKey(KeyRefused):
    def __init__(self, redacted: str) -> None:
        super().__init__(f"Invalid API Key provided: {redacted}")


class ExpiredKey(KeyRefused):
    def __init__(self, redacted: str) -> None:
        super().__init__(f"Expired API Key provided: {redacted}")


class PublishableKeyGiven(KeyRefused):
    def __init__(self) -> None:
        super().__init__(
            "This API call cannot be made with a publishable API key. Please use a secret API key. You can list your "
            "keys with `reportrun keys list`."
        )


class PermissionMissing(KeyRefused):
    def __init__(self, redacted: str, account: str, permission: str) -> None:
        super().__init__(
            f"The provided key '{redacted}' does not have the required permissions for this endpoint on account "
            f"'{account}'. Having the 'rak_{permission}' permission would allow this request to continue."
        )


class NotAPlatform(KeyRefused):
    def __init__(self, account: str) -> None:
        super().__init__(
            f"Only Connect platforms can work with other accounts, and '{account}' is connected to a platform itself. "
            "Leave the Stripe-Account header out, or use a key of the platform."
        )


class AccountRefused(KeyRefused):
    def __init__(self, redacted: str, account: str) -> None:
        super().__init__(
            f"The provided key '{redacted}' does not have access to account '{account}' (or that account does not "
            "exist). Application access may have been revoked."
        )


class IdempotencyKeyReused(ReportrunError):
    """The key was used for another request before."""

    def __init__(self, key: str) -> None:
        super().__init__(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. Try "
            f"using a key other than '{key}' if you meant to execute a different request."
        )


class IdempotencyKeyInUse(ReportrunError):
    """The same key is at work at this moment."""

    def __init__(self, key: str) -> None:
        super().__init__(
            "There is currently another in-progress request using this Idempotent Key (that probably means you "
            f"submitted twice, and the other request is still going through): {key}. Please try again later."
        )


class TooManyRequests(ReportrunError):
    """The caller's requests come faster than the limit of its mode."""

    def __init__(self, mode: str) -> None:
        whose = "Testmode request" if mode == "test" else "Request"
        super().__init__(
            f"{whose} rate limit exceeded. This installation sets how many requests a second it takes in {mode} mode. "
            "Slow down, and send the same request again."
        )


class ServerStopping(ReportrunError):
    """The server ends before it has an answer; what was asked for may or may not have been done."""

    def __init__(self) -> None:
        super().__init__(
            "The server is stopping and could not finish this request. Send it again, with the same idempotency key."
        )


class StoreUnavailable(ReportrunError):
    """The database or the file storage cannot be reached now; the same call may go through later."""


def _or_list(words: Sequence[str]) -> str:
    if len(words) < 3:
        return " or ".join(words)
    return f"{', '.join(words[:-1])}, or {words[-1]}"
