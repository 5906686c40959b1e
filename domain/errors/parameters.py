"""A parameter that the caller can correct."""

from __future__ import annotations

from collections.abc import Sequence

from domain.errors.root import ReportrunError
from domain.instants import utc_text


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


def _or_list(words: Sequence[str]) -> str:
    if len(words) < 3:
        return " or ".join(words)
    return f"{', '.join(words[:-1])}, or {words[-1]}"
