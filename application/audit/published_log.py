"""The transparency log as callers of the API read it: its checkpoint, its files, and the proofs of a run."""

from __future__ import annotations

import asyncio

from application.audit.proofs.run_proofs import RunProof, RunProofs
from application.audit.published_tiles import read_tile
from application.log.event_store import EventStore
from application.ports.seal_states import SealStates
from application.ports.tile_files import TileFiles
from application.runs.history_actors import shown_actors
from domain.access.caller import AUDIT_READ, Caller
from domain.audit.tiles import ENTRIES, tile_at
from domain.errors import NotFound, StoreUnavailable


class PublishedLog:
    def __init__(self, proofs: RunProofs, states: SealStates, files: TileFiles, events: EventStore) -> None:
        self._proofs = proofs
        self._states = states
        self._files = files
        self._events = events

    async def checkpoint(self) -> str:
        """The newest signed checkpoint. Raises `StoreUnavailable` before the first."""
        state = await asyncio.to_thread(self._states.get)
        if state is None or not state.note:
            raise StoreUnavailable("Nothing of the log is sealed yet. Try again in a moment.")
        return state.note

    async def tile(self, path: str, caller: Caller) -> bytes:
        """A tile or bundle by its path, `0/000` or `entries/x001/234.p/5`.

        Bundles name what happened on every account, so that a key must hold the permission for them itself. Raises
        `NotFound` and `PermissionMissing`.
        """
        tile = tile_at(f"tile/{path}")
        if tile is None:
            raise NotFound("tile", path)
        if tile.level == ENTRIES:
            caller.must_hold(AUDIT_READ)
        try:
            return await asyncio.to_thread(read_tile, self._files, tile)
        except FileNotFoundError:
            raise NotFound("tile", path) from None

    async def proof(self, run_id: str, caller: Caller) -> RunProof:
        """The proofs of a run that the caller can see.

        Stored events name keys of the platform, machines and persons, which connected accounts are not shown elsewhere:
        their keys must hold the permission itself. Raises `NotSealedYet` and `PermissionMissing`.
        """
        return await asyncio.to_thread(self._proof, run_id, caller)

    def _proof(self, run_id: str, caller: Caller) -> RunProof:
        actors = shown_actors(self._events.events_of(run_id), caller, self._events)
        if any(actor != shown for actor, shown in actors.items()):
            caller.must_hold(AUDIT_READ)
        return self._proofs.of(run_id)
