"""A tree that grows: entries go in at its end, tiles and bundles come out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

from domain.audit.merkle import EMPTY_ROOT, node_hash, root_of
from domain.audit.tiles import ENTRIES, HEIGHT, MAX_ENTRY_BYTES, WIDTH, Tile, bundle_of, entries_in, hashes_in, tile_of


class GrowingTree:
    """Holds the right edge of a tree: of each level the hashes of its last tile, as long as that is not full."""

    def __init__(self) -> None:
        self.size = 0
        self._entries: list[bytes] = []
        self._rows: list[list[bytes]] = [[]]
        self._full: dict[str, bytes] = {}

    @classmethod
    def read(cls, size: int, read: Callable[[Tile], bytes]) -> GrowingTree:
        """The tree of a size, from its last tiles. Raises what `read` does, and `ValueError` for files cut short."""
        tree = cls()
        tree.size = size
        if size % WIDTH:
            bundle = tile_of(ENTRIES, size // WIDTH, size)
            tree._entries = _of_length(bundle.width, entries_in(read(bundle)))
        tree._rows = []
        row = size
        while row or not tree._rows:
            level = len(tree._rows)
            tile = Tile(level, row // WIDTH, row % WIDTH)
            tree._rows.append(_of_length(tile.width, hashes_in(read(tile))) if tile.width else [])
            row >>= HEIGHT
        return tree

    def extend(self, entries: Sequence[bytes]) -> None:
        """Append entries. Raises `ValueError` for one that no bundle can hold."""
        if any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
            raise ValueError(f"An entry has more than {MAX_ENTRY_BYTES:,} bytes.")
        place = 0
        while place < len(entries):
            part = entries[place : place + WIDTH - len(self._entries)]
            self._entries += part
            self._rows[0] += [sha256(b"\x00" + entry).digest() for entry in part]
            self.size += len(part)
            place += len(part)
            if len(self._entries) == WIDTH:
                self._complete()

    def root(self) -> bytes:
        """The root over all entries, from the complete trees at the right edge."""
        root: bytes | None = None
        for row in self._rows:
            for complete in _complete_trees(row):
                root = complete if root is None else node_hash(complete, root)
        return EMPTY_ROOT if root is None else root

    def take_files(self) -> dict[str, bytes]:
        """The files that are full since the last call, and those at the right edge as they are now, by path."""
        files, self._full = self._full, {}
        if self._entries:
            files[tile_of(ENTRIES, self.size // WIDTH, self.size).path] = bundle_of(self._entries)
        for level, row in enumerate(self._rows):
            if row:
                files[Tile(level, self._number(level), len(row)).path] = b"".join(row)
        return files

    def take_full_files(self) -> dict[str, bytes]:
        """The files that are full since the last call, by path."""
        files, self._full = self._full, {}
        return files

    def _complete(self) -> None:
        """Put the last bundle and all tiles that are full now aside, and their roots into the level above."""
        self._full[Tile(ENTRIES, self.size // WIDTH - 1).path] = bundle_of(self._entries)
        self._entries = []
        for level, row in enumerate(self._rows):
            if len(row) < WIDTH:
                return
            self._full[Tile(level, self._number(level) - 1).path] = b"".join(row)
            self._rows[level] = []
            if level + 1 == len(self._rows):
                self._rows.append([])  # the loop comes to it
            self._rows[level + 1].append(root_of(row))

    def _number(self, level: int) -> int:
        return self.size >> HEIGHT * (level + 1)


def _complete_trees(row: Sequence[bytes]) -> list[bytes]:
    """The roots of the complete trees that a row falls into, from right to left."""
    roots, end = [], len(row)
    while end:
        leaves = end & -end
        roots.append(root_of(row[end - leaves : end]))
        end -= leaves
    return roots


def _of_length(width: int, found: list[bytes]) -> list[bytes]:
    if len(found) != width:
        raise ValueError(f"A file holds {len(found)} of the {width} that it is named for.")
    return found
