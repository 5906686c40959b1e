"""A parameter that the caller can correct."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from domain.errors.root import ReportrunError
from domain.instants import utc_text
from domain.near_misses import did_you_mean, near_miss

LONGEST_SHOWN = 200
"""Characters of a value that a message shows."""


class ParameterPath(NamedTuple):
    """The place of a parameter, outermost name first: ("connected_accounts", "0"). As text: `connected_accounts[0]`.

    in_run  whether it is one of the parameters of a run, or one of the request that asks for it
    """

    parts: tuple[str, ...]
    in_run: bool = False

    def __str__(self) -> str:
        return self.parts[0] + "".join(f"[{part}]" for part in self.parts[1:])


@lru_cache(maxsize=256)  # one is made for each value that is checked
def run_parameter(*parts: str) -> ParameterPath:
    return ParameterPath(parts, in_run=True)


@lru_cache(maxsize=256)
def request_parameter(*parts: str) -> ParameterPath:
    return ParameterPath(parts)


class InvalidParameter(ReportrunError):
    """A parameter that the caller can correct.

    param  which one; None when no single one is at fault
    """

    def __init__(self, message: str, param: ParameterPath | None = None) -> None:
        super().__init__(message)
        self.param = param

    def __str__(self) -> str:
        return self.sentence(str)

    def sentence(self, written: Callable[[ParameterPath], str]) -> str:
        """What is wrong.

        written  gives the name of a parameter as the reader of the sentence writes it
        """
        return str(self.args[0])


class UnknownParameters(InvalidParameter):
    MOST_NAMED = 20

    def __init__(self, params: Sequence[ParameterPath], known: Sequence[str] = ()) -> None:
        """known  the names that could have been given where `params` were"""
        super().__init__("", params[0])
        self.params = params
        self._known = known

    def sentence(self, written: Callable[[ParameterPath], str]) -> str:
        plural = "s" if len(self.params) > 1 else ""
        more = ", ..." if len(self.params) > self.MOST_NAMED else ""
        named = ", ".join(written(param) for param in self.params[: self.MOST_NAMED])
        return f"Received unknown parameter{plural}: {named}{more}{self._meant(written)}"

    def _meant(self, written: Callable[[ParameterPath], str]) -> str:
        near = ((param, near_miss(param.parts[0], self._known)) for param in self.params[: self.MOST_NAMED])
        names = [written(ParameterPath((name,), param.in_run)) for param, name in near if name]
        return f". Did you mean {_or_list(names)}?" if names else ""


class NulGiven(InvalidParameter):
    def __init__(self) -> None:
        super().__init__("The request holds a NUL character, which no parameter may have.")


class MissingParameter(InvalidParameter):
    param: ParameterPath

    def __init__(self, param: ParameterPath) -> None:
        super().__init__("", param)

    def sentence(self, written: Callable[[ParameterPath], str]) -> str:
        return f"Missing required param: {written(self.param)}."


class EmptyParameter(InvalidParameter):
    param: ParameterPath

    def __init__(self, param: ParameterPath) -> None:
        super().__init__("", param)

    def sentence(self, written: Callable[[ParameterPath], str]) -> str:
        name = written(self.param)
        return (
            f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter; "
            f"however '{name}' cannot be unset. You should remove '{name}' from your request or supply a non-empty "
            "value."
        )


class NotAnInteger(InvalidParameter):
    def __init__(self, value: str, param: ParameterPath) -> None:
        super().__init__(f"Invalid integer: {value}", param)


class WrongShape(InvalidParameter):
    def __init__(self, message: str, param: ParameterPath) -> None:
        super().__init__(message, param)


class NotOneOf(InvalidParameter):
    def __init__(self, param: ParameterPath, allowed: Sequence[str], given: str = "") -> None:
        meant = did_you_mean(given, allowed)
        name = str(param) if param.parts[-1].isdigit() else param.parts[-1]  # of a list, also which item
        super().__init__(f"Invalid {name}: must be one of {_or_list(allowed)}{meant and '.' + meant}", param)


class UnknownTimezone(InvalidParameter):
    """A time zone that clients do not list. There are too many to list them all."""

    def __init__(self, value: str, known: Collection[str], param: ParameterPath) -> None:
        super().__init__(
            f"Invalid timezone: must be one of {len(known)} IANA names, such as Etc/UTC, America/New_York, or "
            f"Europe/Berlin, and is {value[:LONGEST_SHOWN]}.{did_you_mean(value, known)}",
            param,
        )


class UnknownCurrency(InvalidParameter):
    def __init__(self, value: str, known: Sequence[str], param: ParameterPath) -> None:
        super().__init__(
            f"Invalid currency: {value}.{did_you_mean(value, known)} Stripe currently supports these currencies: "
            f"{', '.join(known)}",
            param,
        )


class TooLong(InvalidParameter):
    def __init__(self, value: str, limit: int, param: ParameterPath) -> None:
        super().__init__(f"Invalid string: {value[:20]}...; must be at most {limit} characters", param)


class ColumnNotOffered(InvalidParameter):
    def __init__(self, column: str, report_type: str, offered: Sequence[str]) -> None:
        super().__init__(
            f"{column[:LONGEST_SHOWN]} is not a column of {report_type}.{did_you_mean(column, offered)} "
            f"It has: {', '.join(offered)}.",
            run_parameter("columns"),
        )


class ColumnRepeated(InvalidParameter):
    def __init__(self, column: str) -> None:
        super().__init__(f"{column} is asked for more than once. Name each column once.", run_parameter("columns"))


class IntervalRefused(InvalidParameter):
    """An interval that no report can cover."""


class IntervalReversed(IntervalRefused):
    def __init__(self, start: int, end: int) -> None:
        super().__init__(
            f"`interval_start` = {utc_text(start)} must be before `interval_end` = {utc_text(end)}.",
            run_parameter("interval_start"),
        )


class OutsideDataWindow(IntervalRefused):
    def __init__(self, message: str, edge: str, requested: int, side: Literal["before", "after"]) -> None:
        """requested  the time that was asked for, in Unix seconds; side: of the window, on which it lies"""
        super().__init__(message, run_parameter(edge))
        self.requested = requested
        self.side = side

    @classmethod
    def before(cls, report_type: str, available_start: int, edge: str, requested: int) -> OutsideDataWindow:
        return cls(
            f"Data for the report type {report_type} is only available starting at {utc_text(available_start)}; "
            f"you requested `{edge}` = {utc_text(requested)}.",
            edge,
            requested,
            "before",
        )

    @classmethod
    def after(cls, report_type: str, available_end: int, edge: str, requested: int) -> OutsideDataWindow:
        return cls(
            f"Data for the report type {report_type} is only available through {utc_text(available_end)}; "
            f"you requested `{edge}` = {utc_text(requested)}.",
            edge,
            requested,
            "after",
        )


class ReferenceNotFound(InvalidParameter):
    """An id given in a parameter, such as a cursor or a report type, that names nothing the caller can see."""

    def __init__(self, noun: str, id: str, param: ParameterPath, known: Collection[str] = ()) -> None:
        """known  the ids that there are, to name a near miss"""
        meant = did_you_mean(id, known)
        super().__init__(f"No such {noun}: '{id}'{meant and '.' + meant}", param)


class OneOrMany(InvalidParameter):
    def __init__(self, one: str, many: str, *, in_run: bool = True) -> None:
        super().__init__(
            f"Received both {one} and {many} parameters. Please pass in only one.", ParameterPath((many,), in_run)
        )


class ConflictingCursors(InvalidParameter):
    def __init__(self) -> None:
        super().__init__("Received both starting_after and ending_before parameters. Please pass in only one.")


def _or_list(words: Sequence[str]) -> str:
    if len(words) < 3:
        return " or ".join(words)
    return f"{', '.join(words[:-1])}, or {words[-1]}"
