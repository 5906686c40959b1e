"""Findings about the log of events: whether its store is intact, and which events are damaged or missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from application.health.findings import Finding, good, wrong
from application.health.held_values import MustHold, refusal
from application.log.damage import NOT_HELD, LogFault
from application.log.event_store import EventStore
from application.log.log_check import NAMED_FAULTS, Numbered, faults_of_events, sequence_faults
from domain.counting import counted
from domain.errors import StoreUnavailable


class CheckedLog(Protocol):
    """A recorder that finds what is wrong with its rows."""

    def integrity_fault(self, *, quick: bool = ...) -> str | None: ...

    def out_of_sequence(self) -> Iterable[Numbered]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LogChecks:
    """Looks at the log.

    deep       read and decode every event; else the log is opened only
    progress   called with the position that has been read, and the last one
    must_hold  raises `ValueRefused` for a value that the database of the views cannot hold
    """

    events: EventStore
    recorder: CheckedLog
    deep: bool = False
    progress: Callable[[int, int], None] = lambda position, last: None
    must_hold: MustHold = lambda values: None

    def findings(self) -> Iterator[Finding]:
        """Raises `StoreUnavailable` after the finding that the store of the log is damaged: all is made from it."""
        if not self.deep:
            last = self.events.last_position()
            yield good(f"The event log can be opened, up to position {last:,}. Its events were not read: see `--deep`.")
            return
        damage = self.recorder.integrity_fault(quick=False)
        if damage:
            yield wrong(f"The event log is damaged: {damage}. Stop the server and restore it from a backup.")
            raise StoreUnavailable("What stands in the log cannot be trusted.")
        last = self.events.last_position()
        faults = sorted((*self._faults(last), *sequence_faults(self.recorder.out_of_sequence())))
        yield from _named(faults)
        if not faults:
            yield good(f"The event log is whole, up to position {last:,}: every event was read.")

    def _faults(self, last: int) -> Iterator[LogFault]:
        return faults_of_events(
            self.events,
            lambda position: self.progress(position, max(position, last)),
            lambda event: refusal(event, self.must_hold),
        )


_CURE = " A backup from before the damage has it whole."


def _named(faults: list[LogFault]) -> Iterator[Finding]:
    for fault in faults[:NAMED_FAULTS]:
        is_whole = fault.reason.startswith(NOT_HELD)
        what, cure = ("cannot be shown", "") if is_whole else ("is damaged", _CURE)
        yield wrong(
            f"An event of the log {what}: {fault}. What it belongs to is set aside, and everything else is served."
            f"{cure}"
        )
    if len(faults) > NAMED_FAULTS:
        yield wrong(f"{counted(len(faults) - NAMED_FAULTS, 'more event is', 'more events are')} damaged.")
