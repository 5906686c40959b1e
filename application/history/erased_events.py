"""Which events were erased, and the digests of their bytes before: for those who check the log."""

from __future__ import annotations

from eventsourcing.persistence import StoredEvent

from application.log.event_store import EventStore
from application.ports.erasable_log import ErasableLog
from domain.audit.leaf import digest_of
from domain.runs.report_run import ReportRun

ErasedDigests = dict[tuple[str, int], str]
"""Aggregate and version of an event that was erased -> the SHA-256 of the bytes that were sealed, hex."""


def erased_events(events: EventStore, log: ErasableLog) -> ErasedDigests:
    """The events that were erased after they had been sealed, and have the bytes that their erasure left.

    One with other bytes is not among them: it was changed in another way. Of an event that was erased several times,
    each erasure must begin with the bytes that the one before left. An event that was erased before the log was sealed
    at all has a leaf over its present bytes, and is not among them either.
    """
    before: ErasedDigests = {}
    after: ErasedDigests = {}
    for _, id, version, topic, state in log.events_of_topic(ReportRun.Erased.TOPIC):
        erasure = events.mapper.decode_or_mark(StoredEvent(id, version, topic, state))
        if not isinstance(erasure, ReportRun.Erased):
            continue  # damaged: it vouches for nothing
        place = (id, erasure.erased_version)
        if erasure.was_sealed and after.get(place, erasure.sha256_before) == erasure.sha256_before:
            before.setdefault(place, erasure.sha256_before)
            after[place] = erasure.sha256_after
    return {place: digest for place, digest in before.items() if _digest_now(events, *place) == after[place]}


def _digest_now(events: EventStore, id: str, version: int) -> str | None:
    stored = next((one for one in events.stored_events(id) if one.originator_version == version), None)
    return None if stored is None else digest_of(stored.state)
