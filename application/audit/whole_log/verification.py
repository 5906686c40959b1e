"""The verification of the whole log: every event against its leaf, every file, and the signed checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from typing import NamedTuple

from application.audit.leaves import NONE_ERASED, Erased, StoredLog, batches, entries_of, first_entries
from application.audit.published_tiles import read_tile
from application.audit.timestamps.stamped_checkpoints import StampedCheckpoint
from application.audit.whole_log.differences import Difference, FirstDifferences
from application.audit.whole_log.known_roots import KnownRoots, RunningRoot
from application.audit.whole_log.newest_checkpoint import NewestCheckpoint
from application.log.export import PositionedEvent
from application.ports.seal_states import SealState
from application.ports.tile_files import TileFiles
from domain.audit.checkpoint import Checkpoint
from domain.audit.growth import GrowingTree
from domain.audit.merkle import leaf_hash
from domain.audit.signed_note import Verify
from domain.audit.tiles import ENTRIES, WIDTH, entries_in, hashes_in, tile_at, tile_of


class Verified(NamedTuple):
    """The outcome.

    leaves       that were compared
    unsealed     events after the last leaf, which no checkpoint speaks of yet
    erased       aggregate and version of events that were erased, and are recorded as such
    stamped      checkpoints with a timestamp, oldest first
    differences  the first events that differ, else the first file, and what is wrong with checkpoints or timestamps
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
        published: bytes | None,
        stamped: Iterable[StampedCheckpoint] = (),
        progress: Callable[[int, int], None] = lambda position, last: None,
    ) -> None:
        """
        published  the file of the newest checkpoint, read before the state; None where it is missing
        stamped    the checkpoints of the log that have a timestamp
        progress   called with the position that was read, and the last one
        """
        self._log = log
        self._state = state
        self._files = files
        self._verify = verify
        self._erased = erased
        self._published = published
        self._stamped = tuple(stamped)
        self._progress = progress
        self._file_difference: Difference | None = None

    def verified(self) -> Verified:
        """Read and compare everything. Raises `StoreUnavailable`."""
        newest = NewestCheckpoint(self._state, self._published, self._files.place, self._verify)
        events = self._event_differences(newest.known)
        stamps = [one.difference for one in self._stamped]
        either = [*events, None if events else self._file_difference, *newest.differences, *stamps]
        found = [one for one in either if one is not None]
        return Verified(self._state.size, self._unsealed(), self._erased_events(), self._stamped, tuple(found))

    def _event_differences(self, newest: Iterable[tuple[Checkpoint, str]]) -> list[Difference]:
        """The first events that differ from what was sealed; none when the log leads to what was signed and stored."""
        state = self._state
        known = KnownRoots(newest, self._stamped)
        index = -1
        own, tiles, bundles = RunningRoot(), RunningRoot(), RunningRoot()
        by_tile, by_bundle = FirstDifferences(), FirstDifferences()
        for index, leaf in enumerate(self._leaves()):
            hash = None if leaf.entry is None else leaf_hash(leaf.entry)
            own.add(hash)
            known.compare(index + 1, own)
            tiles.add(leaf.sealed_hash)
            bundles.add(None if leaf.sealed_entry is None else leaf_hash(leaf.sealed_entry))
            if hash != leaf.sealed_hash:
                by_tile.add(index, leaf.row, leaf.sealed_entry, leaf.sealed_hash)
            if leaf.entry != leaf.sealed_entry:
                by_bundle.add(index, leaf.row, leaf.sealed_entry, None)
        if (own.hex(), index + 1) == (state.root, state.size):
            other = known.difference()
            return [] if other is None else [other]
        if tiles.hex() == state.root:
            return by_tile.found
        if bundles.hex() == state.root:
            return by_bundle.found
        either = by_tile.found or by_bundle.found
        return either or [Difference(None, "The log, and the files with it, lead to another root.")]

    def _leaves(self) -> Iterator[_Leaf]:
        own, bundles, tiles = self._own(), self._sealed(ENTRIES, entries_in), self._sealed(0, hashes_in)
        for mine, entry, hash in zip_longest(own, bundles, tiles):
            row, made = mine or (None, None)
            yield _Leaf(row, made, entry, hash)

    def _own(self) -> Iterator[tuple[PositionedEvent | None, bytes]]:
        """The entries of the log, each with its event. The files that they make are compared with those there are."""
        tree = GrowingTree()
        first = first_entries(self._state)[: self._state.size]  # none after a restore, until the log is sealed
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
            found = parts(self._read(tile.path) or b"")
            yield from (found[: tile.width] + [None] * tile.width)[: tile.width]

    def _compare(self, files: dict[str, bytes]) -> None:
        for path, content in files.items():
            if self._file_difference is None and self._read(path) != content:
                self._file_difference = Difference(
                    None,
                    f"The file {path} in {self._files.place} is missing, or is not what the log leads to. Remove the "
                    "folder `tile`: `reportrun seal --once`, or the start of a server, makes it again.",
                )

    def _read(self, path: str) -> bytes | None:
        """A file of the log, which may have grown meanwhile: then it is cut out of the one that took its place."""
        tile = tile_at(path)
        assert tile is not None
        try:
            return read_tile(self._files, tile)
        except FileNotFoundError:
            return None

    def _unsealed(self) -> int:
        last = self._log.max_notification_id() or 0
        return sum(len(rows) for rows in batches(self._log, self._state.position, last))

    def _erased_events(self) -> tuple[tuple[str, int], ...]:
        return tuple(sorted(self._erased))
