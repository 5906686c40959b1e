"""Builds the transparency log of an installation: its state, its files and its key."""

from __future__ import annotations

import logging
import socket
import time
from urllib.parse import urlsplit

from application.audit.checkpoint_copy import CheckpointCopy
from application.audit.continuation import must_be_recorded, must_go_on, must_reach, published_checkpoint
from application.audit.leaves import Erased
from application.audit.origins import first_state
from application.audit.seal_loop import SealLoop
from application.audit.sealer import Sealer, must_have_key
from application.history.erased_events import erased_events
from application.ports.seal_states import SealState
from application.ports.signer import Signer
from domain.errors import SealBroken, SealRefused, StoreUnavailable
from interfaces.composition.audit.log_places import checkpoint_copies, tile_files
from interfaces.composition.audit.timestamping import daily_timestamp
from interfaces.composition.installation import Installation
from interfaces.host.actors import this_process
from interfaces.setting_values import SettingRefused
from interfaces.settings import Settings

log = logging.getLogger("reportrun.seal")

SEAL_SECONDS = 15.0
"""How long a command waits for another process to seal the log."""

POLL_SECONDS = 0.1

LEASE_PERIODS, SHORTEST_LEASE_SECONDS = 5, 2.0
"""How long a sealer that was killed keeps the lease: in times of the interval between two seals."""


def signer(settings: Settings, *, may_be_new: bool) -> Signer:
    """The key that signs checkpoints; when it is missing, one that is new, or `SettingRefused`."""
    from interfaces.audit.signing_key import signing_key

    return signing_key(settings.audit_key, settings.audit_key_file, may_be_new=may_be_new)


def erased_here(installation: Installation) -> Erased:
    stores = installation.stores
    return erased_events(stores.events, stores.store.recorder)


def seal_state(installation: Installation) -> SealState:
    """How far the log is sealed; sealing begins when it has not yet.

    Raises `StoreUnavailable` for a copy, and `SealBroken` where something is published of which nothing is recorded.
    """
    states, files = installation.stores.store.seal_states, tile_files(installation.settings)
    state = states.get()
    if state is not None:
        return state
    published = published_checkpoint(files)
    must_be_recorded(states.get(), published, files.place)  # read again: another process may have begun since
    if installation.reads_a_copy:
        raise StoreUnavailable("Nothing of the log is sealed yet. `reportrun serve` and `reportrun seal` do so.")
    public_key = signer(installation.settings, may_be_new=True).public_key
    return states.begin(first_state(_host(installation.settings), installation.stores.events, public_key))


def sealer(installation: Installation) -> Sealer:
    """Raises `SettingRefused` for a key that is none, or is missing, and `StoreUnavailable`."""
    store = installation.stores.store
    begun = store.seal_states.get() is not None
    return Sealer(
        log=store.recorder,
        states=store.seal_states,
        begin=lambda: seal_state(installation),
        files=tile_files(installation.settings),
        signer=signer(installation.settings, may_be_new=not begun),
        clock=installation.clock,
        holder=this_process("sealer"),
        copies=map(CheckpointCopy, checkpoint_copies(installation.settings)),
        lease_seconds=max(SHORTEST_LEASE_SECONDS, LEASE_PERIODS * installation.settings.seal_seconds),
        erased=lambda: erased_here(installation),
    )


def key_refusal(installation: Installation, state: SealState) -> str:
    """Why the key of this machine is not that of the log; empty when it is, or where this machine does not seal."""
    settings = installation.settings
    if not settings.seal or installation.reads_a_copy:
        return ""
    try:
        must_have_key(state, signer(settings, may_be_new=False))
    except (SealRefused, SettingRefused) as refused:
        return str(refused)
    return ""


def seal_loop(installation: Installation) -> SealLoop:
    return SealLoop(sealer(installation), installation.settings.seal_seconds, daily_timestamp(installation))


def sealed_now(installation: Installation) -> SealState:
    """Seal what is in the log, or wait until the process that has the lease has done so. Raises `SealBroken`."""
    last = installation.stores.events.last_position()
    own = sealer(installation)
    deadline = time.monotonic() + SEAL_SECONDS
    while (state := own.seal()) is None or state.position < last:
        state = seal_state(installation)
        if state.position >= last and state.is_signed:
            return state
        if time.monotonic() > deadline:
            raise StoreUnavailable(
                f"Another process has the lease of sealing, and has not sealed the log in {SEAL_SECONDS:g} s. "
                "`reportrun doctor` says how far it is sealed."
            )
        time.sleep(POLL_SECONDS)
    own.release()
    return state


def look_at_seal(installation: Installation) -> None:
    """Begin sealing, at the start of a server; say in the log what was compared, or why the log is not sealed on.

    The end of the log is compared, and what is published. An event that was changed before the end is found by
    `audit verify` and `doctor --deep`, since reading all of it would delay the start.
    """
    try:
        log_of_events, files = installation.stores.store.recorder, tile_files(installation.settings)
        published = published_checkpoint(files)
        state = seal_state(installation)
        must_be_recorded(state, published, files.place)
        must_reach(log_of_events, state, published, lambda: erased_here(installation))
        must_go_on(log_of_events, state, files, lambda: erased_here(installation))
        _log_what_was_compared(state)
    except (SealBroken, StoreUnavailable, OSError) as trouble:  # requests are answered all the same
        log.error("%s", trouble)


def _log_what_was_compared(state: SealState) -> None:
    if state.size == 0:
        log.info("Nothing of the log is sealed yet, so it was compared with nothing.")
        return
    log.info(
        "The log is sealed up to position %s, and ends as it was sealed. The events before were not compared: "
        "`reportrun audit verify` does so.",
        f"{state.position:,}",
    )


def _host(settings: Settings) -> str:
    """The host of the public address, else of this machine."""
    return urlsplit(settings.public_url).netloc or socket.gethostname()
