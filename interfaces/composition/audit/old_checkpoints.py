"""Builds the comparison of the log with an older checkpoint."""

from __future__ import annotations

from typing import NamedTuple

from application.audit.consistency import must_contain, must_contain_former
from application.audit.leaves import every_batch
from application.audit.origins import is_former, verifier_key
from application.ports.seal_states import SealState
from domain.audit.checkpoint import Checkpoint, read_checkpoint
from domain.audit.signed_note import NoteRefused, VerifierKey, signers_of
from domain.errors import InvalidParameter
from interfaces.composition.audit.sealing import erased_here, seal_state
from interfaces.composition.installation import Installation


class Contained(NamedTuple):
    """An older checkpoint that the log leads to.

    position    of the last event in it
    began_anew  the name of the log now, where it was restored since; None where it is the same
    """

    checkpoint: Checkpoint
    position: int
    began_anew: str | None


def contained(installation: Installation, note: str, known_key: str | None = None) -> Contained:
    """Compare the log with the older checkpoint in a note, also with one from before a restore.

    known_key  the verifier key that the note is signed with; None for that of this log

    Raises `SealBroken` for another log, and `InvalidParameter` for a note that the key has not signed.
    """
    state = seal_state(installation)
    old = _verified(note, state, known_key)
    is_anew = is_former(old.origin, state)
    compare = must_contain_former if is_anew else must_contain
    position = compare(every_batch(installation.stores.store.recorder), state, old, erased_here(installation))
    return Contained(old, position, state.origin if is_anew else None)


def _verified(note: str, state: SealState, known_key: str | None) -> Checkpoint:
    from interfaces.audit.signing_key import verify

    try:
        named = Checkpoint.parse(note)
        own = verifier_key(state)._replace(name=named.origin)
        key = VerifierKey.parse(known_key) if known_key else own
        _must_be_signed(note, named, own, known_key, state)
        return read_checkpoint(note, key, verify)
    except NoteRefused as refused:
        raise InvalidParameter(f"The old checkpoint is not good. {refused}") from None


def _must_be_signed(note: str, named: Checkpoint, own: VerifierKey, known_key: str | None, state: SealState) -> None:
    """Raises `InvalidParameter` where another key is needed, and none was given."""
    signers = dict(signers_of(note))
    if known_key or named.origin not in signers or signers[named.origin] == own.id.hex():
        return
    now = verifier_key(state)
    raise InvalidParameter(
        f"The checkpoint is signed by {named.origin} with the key {signers[named.origin]}. This log, {now.name}, has "
        f"another key ({now.id.hex()}). After a restore without `audit.key` that is so: give the verifier key of "
        "then, which you keep, as --vkey."
    )
