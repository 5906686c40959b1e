"""Which events were erased, and the digests of their bytes before: for those who check the log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from eventsourcing.persistence import StoredEvent

from application.log.event_store import EventStore
from application.log.event_types import MAPPER
from application.log.export import PositionedEvent
from application.ports.erasable_log import ErasableLog
from domain.audit.leaf import digest_of
from domain.runs.erasure import Erasure, chain_from
from domain.runs.report_run import ReportRun

ErasedDigests = dict[tuple[str, int], str]
"""Aggregate and version of an event that was erased -> the SHA-256 of the bytes that were sealed, hex."""


def erased_events(events: EventStore, log: ErasableLog) -> ErasedDigests:
    """The events that were erased after they had been sealed, and have the bytes that their erasure left.

    One with other bytes is not among them: it was changed in another way. Of an event that was erased several times,
    each erasure must begin with the bytes that the one before left. An event that was erased before the log was sealed
    at all has a leaf over its present bytes, and is not among them either.
    """
    erasures = _erasures(log.events_of_topic(ReportRun.Erased.TOPIC))
    return _still_erased(erasures, partial(_digest_now, events))


def erased_in(rows: Iterable[PositionedEvent]) -> ErasedDigests:
    """The same of a log that is a backup. rows: its events, which can be read again from the first"""
    erasures = _erasures(row for row in rows if row[3] == ReportRun.Erased.TOPIC)
    wanted = {(id, one.version) for id, of_run in erasures.items() for one in of_run}
    now = {row[1:3]: digest_of(row[4]) for row in rows if row[1:3] in wanted} if wanted else {}
    return _still_erased(erasures, lambda run_id, version: now.get((run_id, version)))


def _erasures(rows: Iterable[PositionedEvent]) -> dict[str, list[Erasure]]:
    """Run -> what was erased in its events, in the order of the log."""
    erasures: dict[str, list[Erasure]] = {}
    for _, id, version, topic, state in rows:
        one = MAPPER.decode_or_mark(StoredEvent(id, version, topic, state))
        if isinstance(one, ReportRun.Erased) and one.was_sealed:  # a damaged one vouches for nothing
            erasures.setdefault(id, []).append(Erasure(one.erased_version, one.sha256_before, one.sha256_after))
    return erasures


def _still_erased(erasures: Mapping[str, list[Erasure]], digest_now: Callable[[str, int], str | None]) -> ErasedDigests:
    found: ErasedDigests = {}
    for id, of_run in erasures.items():
        sealed = {one.version: one.before for one in reversed(of_run)}  # what the first erasure of each began with
        for version, digest in sealed.items():
            if digest_now(id, version) == chain_from(digest, version, of_run)[-1].after:
                found[id, version] = digest
    return found


def _digest_now(events: EventStore, id: str, version: int) -> str | None:
    stored = next((one for one in events.stored_events(id) if one.originator_version == version), None)
    return None if stored is None else digest_of(stored.state)
