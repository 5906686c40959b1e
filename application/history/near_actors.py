"""Actors with ids or names near to one that did nothing: a mistyped name, or that of a person or a key."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from application.log.event_store import EventStore
from application.runs.history_actors import key_names

MOST_ACTORS = 10_000
"""Distinct actors that are looked at; each process of a worker is one."""

MOST_NEAR = 5


def near_actors(events: EventStore, wanted: str) -> list[str]:
    """Actors of the log that are called nearly so, each as `cli:name` or `key_... "name"`. Streams the log."""
    actors = _actors(events)
    shown = {actor: actor for actor in actors}
    shown |= {key: f'{key} "{name}"' for key, name in key_names(actors, events).items()}
    words = {actor: _words(text) for actor, text in shown.items()}
    wanted = wanted.lower()
    within = [actor for actor, found in words.items() if any(wanted in word for word in found)]
    every = {word: actor for actor, found in words.items() for word in found}
    alike = [every[word] for word in get_close_matches(wanted, list(every), n=MOST_NEAR)]
    return [shown[actor] for actor in dict.fromkeys([*within, *alike])][:MOST_NEAR]


def _actors(events: EventStore) -> list[str]:
    found: dict[str, None] = {}
    for actor in _every_actor(events):
        found[actor] = None
        if len(found) == MOST_ACTORS:
            break
    return list(found)


def _every_actor(events: EventStore) -> Iterator[str]:
    return (event.actor for _, event in events.stream())


def _words(shown: str) -> list[str]:
    """What may be typed for an actor, in lower case: all of it, and the name alone."""
    id, _, name = shown.lower().partition(" ")
    return [word for word in (id, id.partition(":")[2], name.strip('"')) if word]
