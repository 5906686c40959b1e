"""Which versions of a ledger runs have read, or read now. Reads the whole log: only upkeep asks for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from application.log.event_store import EventStore
from domain.runs.report_run import ReportRun


@dataclass(frozen=True, slots=True)
class PinnedVersions:
    """Versions that runs pin.

    finished  version -> how many runs made a file from it, which `--as-of-run` makes again
    in_work   the versions that attempts read which have not ended
    """

    finished: Counter[int]
    in_work: frozenset[int]


def pinned_versions(events: EventStore, livemode: bool, progress: Callable[[str, float], None]) -> PinnedVersions:
    """Of the runs in one mode."""
    finished: Counter[int] = Counter()
    in_work: dict[str, int] = {}
    last = events.last_position()

    def tell(position: int) -> None:
        progress("looking for runs that pin versions", min(position / last, 1))

    for _, event in events.stream(progress=tell):
        if isinstance(event, ReportRun.AttemptStarted):
            in_work[event.originator_id] = event.ledger_version
        elif isinstance(event, (ReportRun.Succeeded, ReportRun.Failed, ReportRun.AttemptHandedBack)):
            in_work.pop(event.originator_id, None)
        if isinstance(event, ReportRun.Succeeded) and event.livemode == livemode:
            finished[event.ledger_version] += 1
    return PinnedVersions(
        finished, frozenset(version for id, version in in_work.items() if _is_in_mode(events, id, livemode))
    )


def _is_in_mode(events: EventStore, run_id: str, livemode: bool) -> bool:
    first = events.last_event(run_id, 1)
    return isinstance(first, ReportRun.Created) and first.livemode == livemode
