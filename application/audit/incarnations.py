"""Restores: whether a restored log goes on as the same transparency log, or as a new incarnation of it.

A backup is older than the log that it was made of. Sealed on under the same name, the restored log would get other
roots for sizes that were signed already. So it gets a new name, and its first leaf holds the last checkpoint that is
known, unless the newest published checkpoint is shown to be of this very log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from application.audit.consistency import must_contain
from application.audit.leaves import BATCH_EVENTS
from application.audit.origins import next_state, verifier_key
from application.log.export import BackupRefused, PositionedEvent
from application.ports.seal_states import SealState
from domain.audit.checkpoint import Checkpoint, read_checkpoint
from domain.audit.signed_note import NoteRefused, Verify
from domain.errors import SealBroken


def restored_state(
    saved: SealState | None, events: Iterable[PositionedEvent], newest: str, public_key: bytes, verify: Verify
) -> SealState | None:
    """The state of sealing that a restored log begins with.

    saved       that of the backup; None: the log was never sealed
    events      of the backup
    newest      the newest checkpoint that is known to be published; empty where none is given
    public_key  of the installation that is restored into

    Raises `BackupRefused` for a newest checkpoint that is not of this log, or was signed with a key that is not here.
    """
    if saved is None:
        return None
    if not newest:
        return next_state(saved, public_key, saved.note)
    old = _newest(newest, saved, verify)
    try:
        must_contain(_batches(events), saved, old)
    except SealBroken:  # events that were sealed are not in the backup
        return next_state(saved, public_key, newest)
    if public_key.hex() != saved.public_key:
        raise BackupRefused(
            "The newest checkpoint is of this log, which can go on under its name with the same key only. Put the "
            "`audit.key` of the installation before into the data folder, or restore without --checkpoint, as a new "
            "incarnation."
        )
    return saved


def _newest(note: str, saved: SealState, verify: Verify) -> Checkpoint:
    try:
        return read_checkpoint(note, verifier_key(saved), verify)
    except NoteRefused as refused:
        raise BackupRefused(f"The newest checkpoint is not one of this log. {refused}") from None


def _batches(events: Iterable[PositionedEvent]) -> Iterator[Sequence[PositionedEvent]]:
    rest = iter(events)
    while batch := list(islice(rest, BATCH_EVENTS)):
        yield batch
