"""The actors of a run's history, as its viewer may know them.

A connected account is shown neither its platform's keys nor the machines of the installation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from application.log.event_store import EventStore
from domain.access.account import Account
from domain.access.api_key import ApiKey
from domain.access.caller import Caller
from domain.aggregate import TextIdEvent

PLATFORM = "platform"
"""A key of the account's platform."""


def key_names(actors: Iterable[str], store: EventStore) -> Mapping[str, str]:
    """The names of the keys among actors, for those that have one."""
    keys = {actor: _creation_of(actor, store) for actor in actors if actor.startswith("key_")}
    return {id: key.name for id, key in keys.items() if key is not None and key.name}


def shown_actors(events: Sequence[TextIdEvent], viewer: Caller, store: EventStore) -> Mapping[str, str]:
    """Each actor of the events, and how it is shown."""
    actors = {event.actor for event in events}
    if viewer.acts_for_connected or not _is_connected(viewer.scope.account, store):
        return {actor: actor for actor in actors}
    return {actor: _shown_to_connected(actor, viewer.scope.account, store) for actor in actors}


def _is_connected(account: str, store: EventStore) -> bool:
    found = store.find(Account, account)
    return found is not None and found.platform is not None


def _shown_to_connected(actor: str, account: str, store: EventStore) -> str:
    """An own key as it is; `platform` for another; `worker` and `cli` without the machine or the person."""
    kind, colon, _ = actor.partition(":")
    if colon:
        return kind
    key = _creation_of(actor, store)
    return actor if key is not None and key.account == account else PLATFORM


def _creation_of(key: str, store: EventStore) -> ApiKey.Created | None:
    return next((event for event in store.events_of(key) if isinstance(event, ApiKey.Created)), None)
