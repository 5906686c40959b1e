"""Which events were erased, and the digests of their bytes before: for those who check the log."""

from __future__ import annotations

from eventsourcing.persistence import StoredEvent

from application.log.event_store import EventStore
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
    erasures: dict[str, list[Erasure]] = {}
    for _, id, version, topic, state in log.events_of_topic(ReportRun.Erased.TOPIC):
        one = events.mapper.decode_or_mark(StoredEvent(id, version, topic, state))
        if isinstance(one, ReportRun.Erased) and one.was_sealed:  # a damaged one vouches for nothing
            erasures.setdefault(id, []).append(Erasure(one.erased_version, one.sha256_before, one.sha256_after))
    found: ErasedDigests = {}
    for id, of_run in erasures.items():
        sealed = {one.version: one.before for one in reversed(of_run)}  # what the first erasure of each began with
        for version, digest in sealed.items():
            if _digest_now(events, id, version) == chain_from(digest, version, of_run)[-1].after:
                found[id, version] = digest
    return found


def _digest_now(events: EventStore, id: str, version: int) -> str | None:
    stored = next((one for one in events.stored_events(id) if one.originator_version == version), None)
    return None if stored is None else digest_of(stored.state)
