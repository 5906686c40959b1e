"""The sealer: appends the events of the log to the transparency log, and signs its size and root.

The order keeps what is published true, also when the process is killed between two steps: first the files, then size
and root, then the signature. A size that is stored has one root for ever, so no other is ever signed for it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from itertools import islice

from application.audit.checkpoint_copy import CheckpointCopy
from application.audit.continuation import (
    CHECKPOINT,
    must_be_recorded,
    must_go_on,
    must_reach,
    published_checkpoint,
    signed_checkpoint,
)
from application.audit.leaves import NONE_ERASED, Erased, StoredLog, batches, entries_of, first_entries
from application.audit.published_tiles import PublishedTree
from application.audit.seal_lease import SealLease
from application.ports.clock import Clock
from application.ports.seal_states import SealState, SealStates
from application.ports.signer import Signer
from application.ports.tile_files import TileFiles
from domain.audit.checkpoint import Checkpoint
from domain.audit.growth import GrowingTree
from domain.audit.signed_note import VerifierKey
from domain.audit.tiles import ENTRIES, HEIGHT, WIDTH, Tile
from domain.errors import SealBroken, SealRefused

log = logging.getLogger("reportrun.seal")

LEASE_SECONDS = 5.0

MOST_BATCHES = 20
"""Of events in one step: a long log is sealed in several, each of which is kept when the next one fails. After a step
that took longer than the lease, so that another process sealed meanwhile, a step begins with one batch again."""


class Sealer:
    """Seals the log of one installation, while it holds the lease."""

    def __init__(
        self,
        *,
        log: StoredLog,
        states: SealStates,
        begin: Callable[[], SealState],
        files: TileFiles,
        signer: Signer,
        clock: Clock,
        holder: str,
        lease_seconds: float = LEASE_SECONDS,
        copies: Iterable[CheckpointCopy] = (),
        erased: Callable[[], Erased] = lambda: NONE_ERASED,
    ) -> None:
        """
        begin          gives the state, and stores the first one where there is none
        holder         names this process
        lease_seconds  how long a process that has died keeps others from sealing
        copies         where checkpoints are written to as well
        erased         finds the events that were erased after they had been sealed; it reads the whole log
        """
        self._log = log
        self._states = states
        self._begin = begin
        self._files = files
        self._signer = signer
        self._clock = clock
        self._holder = holder
        self._lease = SealLease(states, clock, holder, lease_seconds)
        self._copies = tuple(copies)
        self._erased = erased
        self._tree: GrowingTree | None = None
        self._batches = MOST_BATCHES
        self._written = ""

    def seal(self) -> SealState | None:
        """Seal what is in the log, and give the state then; None while another process has the lease.

        Raises `SealBroken` when the log is not what was sealed, `SealRefused` with another key than that of the log.
        """
        state = self._begin()
        must_have_key(state, self._signer)
        if not self._lease.acquire():
            self._tree = None
            return None
        last = self._log.max_notification_id() or 0
        state = self._states.get() or state
        tree = self._opened(state)
        must_go_on(self._log, state, self._files, self._erased)
        if state.size and not state.is_signed:  # a process was killed before it could sign
            state = self._publish(state)
            if not state.is_signed:
                return None
        self._write_checkpoint(state.note)
        while (grown := self._grown(state, tree, last)) is not None:
            state = self._publish(grown)
            if not state.is_signed:
                return None
            if state.position >= last:  # what came meanwhile is left to the next look
                break
            self._lease.acquire()
        return state

    def release(self) -> None:
        """Let another process seal."""
        self._lease.release()

    def _opened(self, state: SealState) -> GrowingTree:
        """The tree as it was sealed: from its files, else from the log. Raises `SealBroken`."""
        tree = self._tree
        if tree is None or tree.size != state.size:
            self._tree = None
            published = published_checkpoint(self._files)
            must_be_recorded(state, published, self._files.place)
            must_reach(self._log, state, published, self._erased)
            tree = self._read(state) or self._made_again(state)
            self._must_follow(state)
            self._tree = tree
        return tree

    def _must_follow(self, state: SealState) -> None:
        """Raises `SealBroken` unless the stored size and root follow from the newest checkpoint that was signed.

        They would be signed next, and may have been changed together with the log.
        """
        if not state.note:
            return
        signed = signed_checkpoint(state)
        tree = PublishedTree(state.size, self._files).tiles
        is_own = signed.signed(VerifierKey(state.origin, self._signer.public_key), self._signer.sign) == state.note
        if not is_own or signed.size > state.size or tree.subtree(0, signed.size) != signed.root:
            raise SealBroken(
                f"What is recorded as sealed does not follow from the checkpoint of {signed.size:,} leaves that was "
                "signed last: the database and the files were changed. Nothing more is sealed. `audit verify` "
                "says what differs."
            )

    def _read(self, state: SealState) -> GrowingTree | None:
        try:
            tree = GrowingTree.read(state.size, lambda tile: self._files.read(tile.path))
        except (FileNotFoundError, ValueError):
            return None
        return tree if tree.root().hex() == state.root else None

    def _made_again(self, state: SealState) -> GrowingTree:
        """The tree from the log, when files are missing or damaged. They are written anew, if it leads to the root."""
        log.warning("The files in %s are not all there. They are made again from the log.", self._files.place)
        tree = self._replayed(state, lambda files: None)
        if (tree.size, tree.root().hex()) != (state.size, state.root):
            raise SealBroken(
                f"The log does not lead to the root of the {state.size:,} leaves that were sealed: events of it were "
                "changed, removed or added. `reportrun audit verify` says which. Nothing more is sealed."
            )
        tree = self._replayed(state, self._files.write)
        self._files.write(tree.take_files())
        return tree

    def _replayed(self, state: SealState, write: Callable[[dict[str, bytes]], None]) -> GrowingTree:
        tree, erased = GrowingTree(), self._erased()
        tree.extend(first_entries(state)[: state.size])
        for rows in batches(self._log, 0, state.position):
            tree.extend(entries_of(rows, tree.size, erased))
            write(tree.take_full_files())
        return tree

    def _grown(self, state: SealState, tree: GrowingTree, last: int) -> SealState | None:
        """The state after the next events, up to a position; None when there are none, or the lease is lost."""
        before = state.size
        if before == 0:
            tree.extend(first_entries(state)[tree.size :])
        position = state.position
        for rows in islice(batches(self._log, position, last), self._batches):
            tree.extend(entries_of(rows, tree.size))
            position = rows[-1][0]
        if tree.size == before:
            return None
        self._files.write(tree.take_files())
        grown = state._replace(
            size=tree.size, root=tree.root().hex(), position=position, sealed_at=self._clock.now().timestamp()
        )
        if not self._states.advance(self._holder, before, grown):
            self._tree = None  # another process seals on
            self._batches = 1
            self._lease.lose()
            return None
        self._batches = min(2 * self._batches, MOST_BATCHES)
        self._remove_partial(before, tree.size)
        return grown

    def _publish(self, state: SealState) -> SealState:
        """Sign the stored size and root. The state is not signed when another process seals on."""
        checkpoint = Checkpoint(state.origin, state.size, bytes.fromhex(state.root))
        note = checkpoint.signed(VerifierKey(state.origin, self._signer.public_key), self._signer.sign)
        if not self._states.publish(self._holder, state.size, note):
            self._tree = None
            self._lease.lose()
            return state
        self._write_checkpoint(note)
        return state._replace(note=note)

    def _write_checkpoint(self, note: str) -> None:
        """Write a checkpoint; then a newer one, if another process has sealed on and written it meanwhile."""
        while note and note != self._written:
            self._files.write({CHECKPOINT: note.encode()})
            self._written = note
            state = self._states.get()
            note = (state and state.note) or note
        for copy in self._copies:
            copy.write(note, self._clock.now())

    def _remove_partial(self, before: int, size: int) -> None:
        """Remove the files of tiles that were partial before, and are full now."""
        for level in range(ENTRIES, 8):
            shift = HEIGHT * max(level, 0)
            if before >> shift and (before >> shift) // WIDTH < (size >> shift) // WIDTH:
                self._files.remove_below(f"{Tile(level, (before >> shift) // WIDTH).path}.p")


def must_have_key(state: SealState, signer: Signer) -> None:
    """Raises `SealRefused` for another key than that of the log."""
    found = signer.public_key.hex()
    if found != state.public_key:
        raise SealRefused(
            f"The checkpoints of this log are signed with the key {state.public_key[:16]}..., and this process has "
            f"{found[:16]}.... Give it the same one, in `audit.key` or as REPORTRUN_AUDIT_KEY."
        )
