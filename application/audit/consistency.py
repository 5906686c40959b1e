"""Consistency: that the log still begins with what an older checkpoint was signed for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from application.audit.leaves import NONE_ERASED, Erased, entries_of, first_entries
from application.log.export import PositionedEvent
from application.ports.seal_states import SealState
from domain.audit.checkpoint import Checkpoint
from domain.audit.growth import GrowingTree
from domain.errors import SealBroken


def must_contain(
    events: Iterable[Sequence[PositionedEvent]], state: SealState, old: Checkpoint, erased: Erased = NONE_ERASED
) -> int:
    """Compute the tree of an old checkpoint again from the events, and give the position of the last one in it.

    events  of the log, in order, in batches

    Nothing but the events and the checkpoint is used, so a signing key that was stolen does not help to deceive.
    Raises `SealBroken`.
    """
    if old.origin != state.origin:
        raise SealBroken(f"The checkpoint is of {old.origin}, and this log is {state.origin}.")
    return _must_lead_to(old, first_entries(state), events, erased)


def must_contain_former(
    events: Iterable[Sequence[PositionedEvent]], state: SealState, old: Checkpoint, erased: Erased = NONE_ERASED
) -> int:
    """The same for a checkpoint of the log before a restore, which was sealed under another name.

    That log has no leaf before those of events, unless it began after a restore itself. Then it cannot be computed
    again, and the sentence says so. Raises `SealBroken`.
    """
    try:
        return _must_lead_to(old, [], events, erased)
    except SealBroken as broken:
        raise SealBroken(
            f"The checkpoint is of {old.origin}, and this log is {state.origin}: it began anew after a restore; its "
            f"first leaf holds the last checkpoint before. {broken} The restored backup may be older than the "
            "checkpoint, or the log of the checkpoint may itself have begun after a restore."
        ) from None


def _must_lead_to(
    old: Checkpoint, first: Sequence[bytes], events: Iterable[Sequence[PositionedEvent]], erased: Erased
) -> int:
    """first: the entries before those of events"""
    tree = GrowingTree()
    tree.extend(first[: old.size])
    position = 0
    for rows in events:
        wanted = rows[: old.size - tree.size]
        if not wanted:
            break
        tree.extend(entries_of(wanted, tree.size, erased))
        tree.take_full_files()
        position = wanted[-1][0]
    if tree.size < old.size:
        raise SealBroken(
            f"The log has {tree.size:,} leaves, and had {old.size:,} when the checkpoint was signed: its newest events "
            "were removed."
        )
    if tree.root() != old.root:
        raise SealBroken(
            f"The first {old.size:,} leaves of the log have another root than the checkpoint: events among them were "
            "changed, removed or added since."
        )
    return position
