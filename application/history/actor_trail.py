"""The trail of actors: what keys, people and workers did, in the order of the log."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from application.log.damage import topic_of
from application.log.event_store import EventStore
from domain.access.account import Account
from domain.aggregate import TextIdEvent
from domain.errors import StoreUnavailable

KNOWN_OWNERS = 10_000
"""Aggregates of which the account is kept in memory: events of one follow each other closely."""

ENVELOPE = ("originator_id", "originator_version", "originator_topic", "timestamp", "actor", "topic")
"""Fields that every event has; the rest is its data."""


class Selection(NamedTuple):
    """Which events are asked for; None: any.

    actor    `key_...`, `cli:name`, `user:name` or `worker:host:pid`; also the beginning of one, up to a colon:
             `worker:host`
    account  that the event is about
    since, until   Unix seconds; from the first, up to and without the second
    """

    actor: str | None = None
    account: str | None = None
    since: int | None = None
    until: int | None = None

    def has_time_of(self, event: TextIdEvent) -> bool:
        at = event.timestamp.timestamp()
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)

    def has_actor_of(self, event: TextIdEvent) -> bool:
        return self.actor is None or event.actor == self.actor or event.actor.startswith(f"{self.actor}:")


class Deed(NamedTuple):
    """One event as an auditor reads it.

    at          ISO 8601, UTC
    account     that it is about; None for what is of no account
    request_id  of the request that led to it, where that was recorded
    event       its topic
    touched     id of what was made or changed: a run, a key, an account, a ledger, ...
    version     of that
    data        what was recorded, without secrets
    """

    position: int
    at: str
    actor: str
    account: str | None
    request_id: str | None
    event: str
    touched: str
    version: int
    data: dict[str, Any]


def trail(events: EventStore, selection: Selection) -> Iterator[Deed]:
    """The selected events, oldest first. Memory is bounded: the log is streamed."""
    owners = Owners(events)
    for position, event in events.stream(events.last_position()):
        if not (selection.has_actor_of(event) and selection.has_time_of(event)):
            continue
        account = owners.account_of(event)
        if selection.account in (None, account):
            yield deed_of(position, event, account)


def deed_of(position: int, event: TextIdEvent, account: str | None) -> Deed:
    data = {name: value for name, value in event.shown().items() if name not in ENVELOPE}
    return Deed(
        position,
        event.timestamp.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        event.actor,
        account,
        data.get("request_id"),
        topic_of(event),
        event.originator_id,
        event.originator_version,
        data,
    )


class Owners:
    """Finds the account that an event is about: its own field, or that of the first event of its aggregate."""

    def __init__(self, events: EventStore) -> None:
        self._events = events
        self._of_first = lru_cache(maxsize=KNOWN_OWNERS)(self._looked_up)

    def account_of(self, event: TextIdEvent) -> str | None:
        if isinstance(event, Account.Event):
            return event.originator_id
        own = getattr(event, "account", None)
        return own if isinstance(own, str) else self._of_first(event.originator_id)

    def _looked_up(self, id: str) -> str | None:
        try:
            first = self._events.last_event(id, version=1)
        except StoreUnavailable:  # it is damaged
            return None
        found = getattr(first, "account", None)
        return found if isinstance(found, str) else None
