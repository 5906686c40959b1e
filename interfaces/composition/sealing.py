"""Builds the transparency log of an installation: its state, its files and its key."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

from application.audit.origins import first_state
from application.ports.seal_states import SealState
from application.ports.signer import Signer
from application.ports.tile_files import TileFiles
from domain.errors import StoreUnavailable
from interfaces.composition.installation import Installation
from interfaces.settings import Settings


def tile_files(settings: Settings) -> TileFiles:
    place = settings.audit_place
    if "://" in place:
        from interfaces.audit.tile_bucket import TileBucket

        return TileBucket(place)
    from interfaces.audit.tile_folder import TileFolder

    return TileFolder(Path(place))


def signer(settings: Settings) -> Signer:
    """The key that signs checkpoints, made when it is missing. Raises `SettingRefused`."""
    from interfaces.audit.signing_key import signing_key

    return signing_key(settings.audit_key, settings.audit_key_file)


def seal_state(installation: Installation) -> SealState:
    """How far the log is sealed; sealing begins when it has not yet. Raises `StoreUnavailable` for a copy."""
    states = installation.stores.store.seal_states
    state = states.get()
    if state is not None:
        return state
    if installation.reads_a_copy:
        raise StoreUnavailable("Nothing of the log is sealed yet. `reportrun serve` and `reportrun seal` do so.")
    public_key = signer(installation.settings).public_key
    return states.begin(first_state(_host(installation.settings), installation.stores.events, public_key))


def _host(settings: Settings) -> str:
    """The host of the public address, else of this machine."""
    return urlsplit(settings.public_url).netloc or socket.gethostname()
