"""The verification of the whole log: every event against its leaf, every file, and the signed checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from typing import NamedTuple

from application.audit.differences import Difference, about
from application.audit.known_roots import KnownRoots, RunningRoot
from application.audit.leaves import NONE_ERASED, Erased, StoredLog, batches, entries_of, first_entries
from application.audit.origins import verifier_key
from application.audit.timestamps.stamped_checkpoints import StampedCheckpoint
from application.log.export import PositionedEvent
from application.ports.seal_states import SealState
from application.ports.tile_files import TileFiles
from domain.audit.checkpoint import Checkpoint, read_checkpoint
from domain.audit.growth import GrowingTree
from domain.audit.merkle import leaf_hash
from domain.audit.signed_note import NoteRefused, Verify
from domain.audit.tiles import ENTRIES, WIDTH, Tile, entries_in, hashes_in, tile_of

PROGRESS_EVENTS = 10_000


class Verified(NamedTuple):
    """The outcome.

    leaves       that were compared
    unsealed     events after the last leaf, which no checkpoint speaks of yet
    erased       aggregate and version of events that were erased, and are recorded as such
    stamped      checkpoints with a timestamp, oldest first
    differences  the first event that differs, else the first file, and what is wrong with the checkpoint or timestamps
    """

    leaves: int
    unsealed: int
    erased: tuple[tuple[str, int], ...]
    stamped: tuple[StampedCheckpoint, ...]
    differences: tuple[Difference, ...]


class _Leaf(NamedTuple):
    """One place of the tree: the event there, its entry as the log has it, and entry and hash as they were sealed."""

    row: PositionedEvent | None
    entry: bytes | None
    sealed_entry: bytes | None
    sealed_hash: bytes | None


class Verification:
    """Compares a log with what was sealed of it."""

    def __init__(
        self,
        *,
        log: StoredLog,
        state: SealState,
        files: TileFiles,
        verify: Verify,
        erased: Erased = NONE_ERASED,
        stamped: Iterable[StampedCheckpoint] = (),
        progress: Callable[[int, int], None] = lambda position, last: None,
    ) -> None:
        """
        stamped   the checkpoints of the log that have a timestamp
        progress  called with the position that was read, and the last one
        """
        self._log = log
        self._state = state
        self._files = files
        self._verify = verify
        self._erased = erased
        self._stamped = tuple(stamped)
        self._progress = progress
        self._file_difference: Difference | None = None

    def verified(self) -> Verified:
        """Read and compare everything. Raises `StoreUnavailable`."""
        signed, fault = self._signed()
        event = self._event_difference(signed)
        stamps = [one.difference for one in self._stamped]
        found = [one for one in (event or self._file_difference, fault, *stamps) if one is not None]
        return Verified(self._state.size, self._unsealed(), self._erased_events(), self._stamped, tuple(found))

    def _signed(self) -> tuple[Checkpoint | None, Difference | None]:
        """The newest signed checkpoint in the database, or what is wrong with it."""
        state = self._state
        if not state.note:
            return None, None
        try:
            signed = read_checkpoint(state.note, verifier_key(state), self._verify)
        except NoteRefused as refused:
            return None, Difference(None, f"The newest checkpoint in the database is not good. {refused}")
        if signed.size > state.size:
            smaller = f"The checkpoint in the database has {signed.size:,} leaves, and {state.size:,} are recorded."
            return signed, Difference(None, smaller)
        return signed, None

    def _event_difference(self, signed: Checkpoint | None) -> Difference | None:
        """The first event that differs from what was sealed; None when the log leads to what was signed and stored."""
        state = self._state
        known = KnownRoots(signed, self._stamped)
        index = -1
        own, tiles, bundles = RunningRoot(), RunningRoot(), RunningRoot()
        by_tile: Difference | None = None
        by_bundle: Difference | None = None
        for index, leaf in enumerate(self._leaves()):
            hash = None if leaf.entry is None else leaf_hash(leaf.entry)
            own.add(hash)
            known.compare(index + 1, own)
            tiles.add(leaf.sealed_hash)
            bundles.add(None if leaf.sealed_entry is None else leaf_hash(leaf.sealed_entry))
            if by_tile is None and hash != leaf.sealed_hash:
                by_tile = about(index, leaf.row, leaf.sealed_entry, leaf.sealed_hash)
            if by_bundle is None and leaf.entry != leaf.sealed_entry:
                by_bundle = about(index, leaf.row, leaf.sealed_entry, None)
        if (own.hex(), index + 1) == (state.root, state.size):
            return known.difference()
        if tiles.hex() == state.root:
            return by_tile
        if bundles.hex() == state.root:
            return by_bundle
        return by_tile or by_bundle or Difference(None, "The log, and the files with it, lead to another root.")

    def _leaves(self) -> Iterator[_Leaf]:
        own, bundles, tiles = self._own(), self._sealed(ENTRIES, entries_in), self._sealed(0, hashes_in)
        for mine, entry, hash in zip_longest(own, bundles, tiles):
            row, made = mine or (None, None)
            yield _Leaf(row, made, entry, hash)

    def _own(self) -> Iterator[tuple[PositionedEvent | None, bytes]]:
        """The entries of the log, each with its event. The files that they make are compared with those there are."""
        tree = GrowingTree()
        first = first_entries(self._state)
        tree.extend(first)
        yield from ((None, entry) for entry in first)
        for rows in batches(self._log, 0, self._state.position):
            entries = entries_of(rows, tree.size, self._erased)
            tree.extend(entries)
            self._compare(tree.take_full_files())
            yield from zip(rows, entries, strict=True)
            self._progress(rows[-1][0], self._state.position)
        self._compare(tree.take_files())

    def _sealed(self, level: int, parts: Callable[[bytes], list[bytes]]) -> Iterator[bytes | None]:
        """What the files of a level hold; None for each part of a file that is missing or cut short."""
        for number in range(-(-self._state.size // WIDTH)):
            tile = tile_of(level, number, self._state.size)
            found = parts(self._read(tile) or b"")
            yield from (found[: tile.width] + [None] * tile.width)[: tile.width]

    def _compare(self, files: dict[str, bytes]) -> None:
        for path, content in files.items():
            if self._file_difference is None and self._read_path(path) != content:
                self._file_difference = Difference(
                    None,
                    f"The file {path} in {self._files.place} is missing, or is not what the log leads to. Remove the "
                    "folder `tile`: the sealer makes it again when it starts.",
                )

    def _read(self, tile: Tile) -> bytes | None:
        return self._read_path(tile.path)

    def _read_path(self, path: str) -> bytes | None:
        try:
            return self._files.read(path)
        except FileNotFoundError:
            return None

    def _unsealed(self) -> int:
        last = self._log.max_notification_id() or 0
        return sum(len(rows) for rows in batches(self._log, self._state.position, last))

    def _erased_events(self) -> tuple[tuple[str, int], ...]:
        return tuple(sorted(self._erased))
