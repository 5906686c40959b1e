"""The timeline of a run: each of its events in words, who caused it, and how long after the one before."""

from __future__ import annotations

from typing import NamedTuple

from application.log.damage import topic_of
from application.runs.run_history import HistoryPage
from domain.aggregate import TextIdEvent
from domain.runs.report_run import ReportRun
from interfaces.console import wording

ADVICE = {
    "time_limit": "Ask for a shorter interval or fewer columns.",
    "stopped": "Ask for the report again.",
    "parameters": "Ask for the report again with other values.",
    "planned": "This run was asked to fail, as a test.",
}
"""Reason of a failure -> what to do."""

ASK_AGAIN = "Ask for the report again. If it fails again, show the id of this run to who operates the server."


_SENTENCES: dict[type, str] = {
    ReportRun.Created: "Asked for",
    ReportRun.OutcomePlanned: "Outcome planned, as a test",
    ReportRun.Failed: "Failed",
    ReportRun.FileRemoved: "File removed, past its retention",
    ReportRun.Erased: "Values erased",
}


class Entry(NamedTuple):
    """One event. at: Unix seconds; after_seconds: since the event before it, None for the first"""

    what: str
    actor: str
    at: int
    after_seconds: float | None


def timeline(history: HistoryPage) -> list[Entry]:
    entries: list[Entry] = []
    before: TextIdEvent | None = None
    for event in history.events:
        after = (event.timestamp - before.timestamp).total_seconds() if before is not None else None
        actor = history.actors.get(event.actor, event.actor)
        shown = history.names.get(actor)
        entries.append(
            Entry(_in_words(event), f"{shown} ({actor})" if shown else actor, int(event.timestamp.timestamp()), after)
        )
        before = event
    return entries


def outcome_of(history: HistoryPage) -> ReportRun.Succeeded | ReportRun.Failed | None:
    """The event that ended the run, if it is on this page of its history."""
    ends = (event for event in history.events if isinstance(event, (ReportRun.Succeeded, ReportRun.Failed)))
    return next(ends, None)


def ledger_version_of(history: HistoryPage) -> int | None:
    """The version that the last attempt read; None before the first one."""
    kinds = (ReportRun.AttemptStarted, ReportRun.Succeeded)
    versions = (event.ledger_version for event in reversed(history.events) if isinstance(event, kinds))
    return next(versions, None)


def advice_on(outcome: ReportRun.Succeeded | ReportRun.Failed | None) -> str:
    """What to do about a failure."""
    reason = outcome.reason if isinstance(outcome, ReportRun.Failed) else ""
    return ADVICE.get(reason, ASK_AGAIN)


def _in_words(event: TextIdEvent) -> str:
    match event:
        case ReportRun.AttemptStarted():
            return f"Attempt {event.attempt} started, on version {event.ledger_version} of the ledger"
        case ReportRun.AttemptHandedBack():
            return f"Attempt {event.attempt} handed back by a worker that stopped"
        case ReportRun.Succeeded():
            return f"Succeeded: {wording.rows(event.rows)}, {wording.size(event.size)}"
    return _SENTENCES.get(type(event)) or wording.label(topic_of(event).rpartition(".")[2])
