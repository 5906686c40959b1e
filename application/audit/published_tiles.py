"""The files of the transparency log as readers ask for them, and the tree that they make."""

from __future__ import annotations

from application.ports.tile_files import TileFiles
from domain.audit.leaf import Leaf, leaf_in
from domain.audit.merkle import HASH_BYTES
from domain.audit.tiles import ENTRIES, WIDTH, Tile, TileTree, bundle_of, entries_in, tile_of


def read_tile(files: TileFiles, tile: Tile) -> bytes:
    """A tile or bundle. One that was partial is cut out of the full one, which took its place.

    Raises `FileNotFoundError` for one that is not there.
    """
    try:
        return files.read(tile.path)
    except FileNotFoundError:
        if tile.width == WIDTH:
            raise
    return _cut(files.read(tile.full.path), tile)


def read_older_tile(files: TileFiles, tile: Tile, size: int) -> bytes:
    """A tile of an older tree, cut out of that of the tree of a size now: the older file may be gone.

    Raises `FileNotFoundError`.
    """
    return _cut(read_tile(files, tile_of(tile.level, tile.number, size)), tile)


def _cut(wider: bytes, tile: Tile) -> bytes:
    return bundle_of(entries_in(wider)[: tile.width]) if tile.level == ENTRIES else wider[: tile.width * HASH_BYTES]


class PublishedTree:
    """The tree of a checkpoint, and the leaves in it."""

    def __init__(self, size: int, files: TileFiles) -> None:
        self.size = size
        self._files = files
        self.tiles = TileTree(size, lambda tile: read_tile(files, tile))

    def entry_at(self, position: int) -> tuple[Leaf, bytes] | None:
        """The leaf of the event at a position, and its bytes; None when the tree does not have it."""
        first, end = 0, -(-self.size // WIDTH)
        while end - first > 1:
            middle = (first + end) // 2
            leaf = leaf_in(self._entries(middle)[0])
            first, end = (middle, end) if leaf is not None and leaf.position <= position else (first, middle)
        for entry in self._entries(first) if self.size else ():
            leaf = leaf_in(entry)
            if leaf is not None and leaf.position == position:
                return leaf, entry
        return None

    def _entries(self, number: int) -> list[bytes]:
        return entries_in(read_tile(self._files, tile_of(ENTRIES, number, self.size)))
