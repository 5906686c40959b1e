"""The name of a transparency log, and the state that its sealing begins with."""

from __future__ import annotations

from application.log.damage import RecordDamaged
from application.log.event_store import EventStore
from application.ports.seal_states import SealState
from domain.access.account import Installation
from domain.audit.merkle import EMPTY_ROOT
from domain.audit.signed_note import VerifierKey
from domain.errors import SealBroken
from domain.ids import random_base62

INCARNATION_LENGTH = 8
"""Random characters that tell the log of a restored installation from the one before."""


def first_state(host: str, events: EventStore, public_key: bytes) -> SealState:
    """The state of a log of which nothing was ever sealed. host: of the installation's address"""
    return SealState(
        origin=f"{host}/{_installation(events)}/{random_base62(INCARNATION_LENGTH)}",
        public_key=public_key.hex(),
        size=0,
        root=EMPTY_ROOT.hex(),
        position=0,
    )


def _installation(events: EventStore) -> str:
    """The account that the installation was founded with."""
    try:
        founded = events.find(Installation, Installation.ID)
    except RecordDamaged:
        founded = None
    return founded.account if founded else Installation.ID


def next_state(before: SealState, public_key: bytes, previous: str) -> SealState:
    """The state that the next incarnation of a log begins with. previous: the last known checkpoint before"""
    host_and_installation, _, _ = before.origin.rpartition("/")
    return SealState(
        origin=f"{host_and_installation}/{random_base62(INCARNATION_LENGTH)}",
        public_key=public_key.hex(),
        size=0,
        root=EMPTY_ROOT.hex(),
        position=0,
        previous=previous,
    )


def verifier_key(state: SealState) -> VerifierKey:
    """What checks the checkpoints of a log. Raises `SealBroken` when what is recorded is no key any more."""
    try:
        return VerifierKey(state.origin, bytes.fromhex(state.public_key))
    except ValueError:
        raise SealBroken(
            f"The database records {state.public_key[:80]!r} as the key of the log, which is none: it was changed."
        ) from None


def is_former(origin: str, state: SealState) -> bool:
    """Whether a name is that of the same installation's log before a restore."""
    before, now = origin.rpartition("/")[0], state.origin.rpartition("/")[0]
    return bool(state.previous) and before == now and origin != state.origin
