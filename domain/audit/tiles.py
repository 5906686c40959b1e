"""Tiles: the hashes of a tree in files of 256, and the entries that its leaves are made of.

Source: c2sp.org/tlog-tiles, with tiles of height 8.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from domain.audit.merkle import HASH_BYTES, root_of, split

HEIGHT = 8
WIDTH = 1 << HEIGHT
"""Hashes in a full tile, entries in a full bundle."""

ENTRIES = -1
"""Stands for the level of a bundle of entries."""

MAX_ENTRY_BYTES = 65_535


class Tile(NamedTuple):
    """One tile, or bundle of entries. level: 0 for the hashes of leaves; number: within the level; width: 1 to 256"""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """`tile/0/x001/x234/067`, `tile/entries/000.p/5`: below the log's prefix."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        place = f"{self.number % 1000:03}"
        rest = self.number // 1000
        while rest:
            place = f"x{rest % 1000:03}/{place}"
            rest //= 1000
        return f"tile/{level}/{place}" + ("" if self.width == WIDTH else f".p/{self.width}")

    @property
    def full(self) -> Tile:
        return self._replace(width=WIDTH)


def tile_at(path: str) -> Tile | None:
    """The tile of a path, as `Tile.path` writes it; None for any other text."""
    prefix, _, rest = path.partition("/")
    level, _, place = rest.partition("/")
    place, _, width = place.partition(".p/")
    digits = "".join(part.removeprefix("x") for part in place.split("/"))
    if prefix != "tile" or not _is_number(digits) or not (width or "1").isdigit():
        return None
    if level != "entries" and not _is_number(level):
        return None
    tile = Tile(ENTRIES if level == "entries" else int(level), int(digits), int(width or WIDTH))
    return tile if tile.path == path and 0 < tile.width <= WIDTH and tile.level < 64 else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def tile_of(level: int, number: int, size: int) -> Tile:
    """A tile as the tree of a size has it: full, or as wide as the tree reaches."""
    row = size if level == ENTRIES else size >> HEIGHT * level
    return Tile(level, number, min(WIDTH, row - number * WIDTH))


def hashes_in(tile: bytes) -> list[bytes]:
    return [tile[place : place + HASH_BYTES] for place in range(0, len(tile), HASH_BYTES)]


def bundle_of(entries: Sequence[bytes]) -> bytes:
    """Entries as a bundle holds them: each behind its length in two bytes, big-endian."""
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])


def entries_in(bundle: bytes) -> list[bytes]:
    """The entries of a bundle. What is cut off at its end is left out."""
    entries, place = [], 0
    while place + 2 <= len(bundle):
        begin = place + 2
        place = begin + int.from_bytes(bundle[place:begin], "big")
        if place <= len(bundle):
            entries.append(bundle[begin:place])
    return entries


class TileTree:
    """The hashes of subtrees, read from the tiles of a tree of a size.

    read  gives the bytes of a tile
    """

    def __init__(self, size: int, read: Callable[[Tile], bytes]) -> None:
        self.size = size
        self._read = read
        self._known: dict[Tile, list[bytes]] = {}

    def subtree(self, start: int, end: int) -> bytes:
        """The root over the leaves from `start` up to `end`, as proofs need them: begins at a multiple of its size."""
        leaves = end - start
        if leaves <= 0:
            return root_of([])
        if leaves & (leaves - 1) == 0:
            return self._complete(start, leaves)
        middle = start + split(leaves)
        return root_of([self._complete(start, middle - start), self.subtree(middle, end)])

    def _complete(self, start: int, leaves: int) -> bytes:
        """The root over a number of leaves that is a power of 2."""
        level = (leaves.bit_length() - 1) // HEIGHT
        first, count = start >> HEIGHT * level, leaves >> HEIGHT * level
        hashes = self._hashes(tile_of(level, first // WIDTH, self.size))
        place = first % WIDTH
        return root_of(hashes[place : place + count])

    def _hashes(self, tile: Tile) -> list[bytes]:
        if tile not in self._known:
            self._known[tile] = hashes_in(self._read(tile))
        return self._known[tile]
