"""Restores: whether a restored log goes on as the same transparency log, or as a new incarnation of it.

A backup is older than the log that it was made of. Sealed on under the same name, the restored log would get other
roots for sizes that were signed already. So it gets a new name, and its first leaf holds the last checkpoint that is
known, unless the newest published checkpoint is shown to be of this very log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from application.audit.consistency import must_contain
from application.audit.leaves import BATCH_EVENTS, NONE_ERASED, Erased, first_entries
from application.audit.origins import next_state, verifier_key
from application.log.export import BackupRefused, PositionedEvent
from application.ports.seal_states import SealState
from domain.audit.checkpoint import Checkpoint, read_checkpoint
from domain.audit.signed_note import NoteRefused, Verify
from domain.errors import SealBroken


class RestoredSeal(NamedTuple):
    """How a restored log is sealed on.

    state     that sealing begins with; None where the log was never sealed
    sentence  under which name, and why; empty where the log was never sealed
    """

    state: SealState | None
    sentence: str = ""


def restored_state(
    saved: SealState | None,
    events: Iterable[PositionedEvent],
    newest: str,
    public_key: bytes,
    verify: Verify,
    erased: Erased = NONE_ERASED,
) -> RestoredSeal:
    """How a restored log is sealed on.

    saved       the state of sealing in the backup; None: the log was never sealed
    events      of the backup
    newest      the newest checkpoint that is known to be published; empty where none is given
    public_key  of the installation that is restored into
    erased      those of the events that were erased

    Raises `BackupRefused` for a newest checkpoint that is not of this log, or was signed with a key that is not here.
    """
    if saved is None:
        return RestoredSeal(None)
    if not newest:
        return _anew(saved, public_key, saved.note, "The newest published checkpoint was not given (`--checkpoint`).")
    old = _newest(newest, saved, verify)
    counted = _Counted(events)
    try:
        must_contain(counted.batches(), saved, old, erased)
    except SealBroken:  # events that were sealed are not in the backup
        return _anew(saved, public_key, newest, _lack(old, len(first_entries(saved)) + counted.events))
    if public_key.hex() != saved.public_key:
        raise BackupRefused(
            "The newest checkpoint is of this log, which can go on under its name with the same key only. Put the "
            "`audit.key` of the installation before into the data folder, or restore without --checkpoint, as a new "
            "incarnation."
        )
    return RestoredSeal(
        saved, f"The backup has all that the checkpoint speaks of: {saved.origin} goes on under its name."
    )


def must_hold_what_was_sealed(saved: SealState, events: Iterable[PositionedEvent], erased: Erased) -> None:
    """Raises `BackupRefused` for a backup that lacks events, or has others, than were sealed when it was written."""
    try:
        recorded = Checkpoint(saved.origin, saved.size, bytes.fromhex(saved.root))
        must_contain(_Counted(events).batches(), saved, recorded, erased)
    except (SealBroken, ValueError) as broken:
        raise BackupRefused(
            f"Nothing was restored: the backup does not hold what was sealed when it was written. {broken} Restore "
            "another backup; `restore --accept-damage` takes this one."
        ) from None


def _anew(saved: SealState, public_key: bytes, previous: str, reason: str) -> RestoredSeal:
    state = next_state(saved, public_key, previous)
    return RestoredSeal(
        state,
        f"{reason} So the log of {saved.origin} is sealed as a new incarnation, {state.origin}: give auditors the new "
        "verifier key (`reportrun audit key`).",
    )


def _lack(old: Checkpoint, leaves: int) -> str:
    """What the backup lacks. leaves: that its events make, at most those of the checkpoint"""
    if leaves < old.size:
        return (
            f"The backup is older than the checkpoint: it lacks the events of {old.size - leaves:,} of its "
            f"{old.size:,} leaves."
        )
    return f"The backup has other events than the first {old.size:,} leaves of the checkpoint were made of."


def _newest(note: str, saved: SealState, verify: Verify) -> Checkpoint:
    try:
        return read_checkpoint(note, verifier_key(saved), verify)
    except NoteRefused as refused:
        raise BackupRefused(f"The newest checkpoint is not one of this log. {refused}") from None


class _Counted:
    """Events in batches; counts those that were given."""

    def __init__(self, events: Iterable[PositionedEvent]) -> None:
        self._rest = iter(events)
        self.events = 0

    def batches(self) -> Iterator[Sequence[PositionedEvent]]:
        while batch := list(islice(self._rest, BATCH_EVENTS)):
            self.events += len(batch)
            yield batch
