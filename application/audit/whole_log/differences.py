"""How an event differs from what was sealed of it, in a sentence that names its position."""

from __future__ import annotations

from typing import NamedTuple

from application.log.export import PositionedEvent
from domain.audit.leaf import Leaf, digest_of, leaf_in
from domain.audit.merkle import leaf_hash

DATA = "its data"

MOST_NAMED = 10
"""Events that are named of all that differ."""


class Difference(NamedTuple):
    """How something differs from what was sealed.

    position  of the event in the log; None for what is no event
    is_local  whether nothing but the data of one event was changed, so that others still have their places
    """

    position: int | None
    sentence: str
    is_local: bool = False


class FirstDifferences:
    """The first events that differ: up to one that may move later ones from their places, or `MOST_NAMED`."""

    def __init__(self) -> None:
        self.found: list[Difference] = []

    @property
    def is_full(self) -> bool:
        return bool(self.found) and (not self.found[-1].is_local or len(self.found) == MOST_NAMED)

    def add(self, index: int, row: PositionedEvent | None, entry: bytes | None, hash: bytes | None) -> None:
        """Takes what `about` does."""
        if not self.is_full:
            self.found.append(about(index, row, entry, hash))


def about(index: int, row: PositionedEvent | None, entry: bytes | None, hash: bytes | None) -> Difference:
    """What differs at a leaf.

    row    the event that stands there now; None where the log has ended
    entry  what was sealed there, as the bundle has it; None where that is missing
    hash   of the leaf that was sealed there; the entry counts only if it has this hash. None: it counts anyway
    """
    is_sealed = entry is not None and hash in (None, leaf_hash(entry))
    sealed = leaf_in(entry) if entry is not None and is_sealed else None
    if sealed is not None and (row is None or row[0] > sealed.position):
        return Difference(
            sealed.position, f"Position {sealed.position:,}: {_sealed_words(sealed)} was sealed here, and is missing."
        )
    if row is None:
        return Difference(None, f"Leaf {index:,}: an event was sealed here, and the log has ended before.")
    position = row[0]
    if sealed is None:
        return Difference(position, f"Position {position:,}: {_words(row)} is not what was sealed as leaf {index:,}.")
    if position < sealed.position:
        return Difference(
            position, f"Position {position:,}: {_words(row)} stands here, and was not there when the log was sealed."
        )
    changed = _changed(row, sealed)
    sentence = f"Position {position:,}: {_sealed_words(sealed)} was changed: {', '.join(changed)}."
    return Difference(position, sentence, is_local=changed == [DATA])


def _changed(row: PositionedEvent, sealed: Leaf) -> list[str]:
    _, id, version, topic, state = row
    facts = {
        "its aggregate": (id, sealed.aggregate),
        "its version": (version, sealed.aggregate_version),
        "its topic": (topic, sealed.topic),
        DATA: (digest_of(state), sealed.sha256),
    }
    return [name for name, (now, then) in facts.items() if now != then]


def _words(row: PositionedEvent) -> str:
    return f"event {row[2]} of {str(row[1])[:80]} ({str(row[3])[:80]})"


def _sealed_words(sealed: Leaf) -> str:
    return f"event {sealed.aggregate_version} of {str(sealed.aggregate)[:80]} ({str(sealed.topic)[:80]})"
