"""Leaves of the transparency log: small canonical JSON about one stored event, never the event.

The keys are in alphabetical order, without spaces. The SHA-256 is of the event's stored bytes; these hold 16 random
bytes as `salt`, so that the digest tells nothing about them. Events that are older than the salt are sealed without.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any

import orjson

VERSION = 1

NOT_BYTES = "-"
"""Stands for the digest of a state that is no bytes, which only damage can make."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a leaf says of one event.

    index     of the leaf in the log, from 0 without gaps
    position  of the event in the log, from 1, with gaps
    sha256    of the event's stored bytes, hex
    """

    index: int
    position: int
    aggregate: str
    aggregate_version: int
    topic: str
    sha256: str

    @property
    def entry(self) -> bytes:
        return entry_of(self.index, self.position, self.aggregate, self.aggregate_version, self.topic, self.sha256)


def digest_of(state: object) -> str:
    """The SHA-256 of an event's stored bytes, hex."""
    return sha256(state).hexdigest() if isinstance(state, bytes) else NOT_BYTES


def entry_of(index: int, position: int, aggregate: str, aggregate_version: int, topic: str, digest: str) -> bytes:
    """The bytes of a leaf about an event."""
    return orjson.dumps(
        {
            "aggregate": aggregate,
            "aggregate_version": aggregate_version,
            "index": index,
            "position": position,
            "sha256": digest,
            "topic": topic,
            "version": VERSION,
        }
    )


def origin_entry(note: str) -> bytes:
    """The first leaf of a log that goes on after a restore: the last checkpoint that is known of the log before."""
    return orjson.dumps({"checkpoint": note, "index": 0, "version": VERSION})


def leaf_in(entry: bytes) -> Leaf | None:
    """What an entry says of an event; None for the first leaf after a restore, and for bytes that are no leaf."""
    try:
        found: Any = orjson.loads(entry)
        return Leaf(**{field.name: found[field.name] for field in fields(Leaf)})
    except (ValueError, TypeError, LookupError):
        return None
