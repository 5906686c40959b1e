"""Tiles: their paths and widths, and trees that are read from them."""

from __future__ import annotations

import pytest

from domain.audit.merkle import inclusion_path, leaf_hash, root_by_inclusion, root_of
from domain.audit.tiles import ENTRIES, Tile, TileTree, bundle_of, entries_in, tile_at, tile_of


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1_234_067), "tile/0/x001/x234/067"),
        (Tile(0, 0), "tile/0/000"),
        (Tile(2, 999, 5), "tile/2/999.p/5"),
        (Tile(ENTRIES, 273, 112), "tile/entries/273.p/112"),
    ],
)
def test_a_path_is_that_of_the_specification(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert tile_at(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "", "checkpoint", "tile/0/0", "tile/0/1000", "tile/0/x001/x234", "tile/00/000", "tile/0/000.p/0",
        "tile/0/000.p/256", "tile/0/000.p/01", "tile/64/000", "tile/0/../../audit.key", "tile/-1/000",
        "tile/0/x000/000",
        "tile/0/\u0661\u0661\u0661",
    ],
)  # fmt: skip
def test_another_path_is_no_tile(path: str) -> None:
    assert tile_at(path) is None


def test_the_edge_of_a_tree_of_70_000_has_the_widths_of_the_specification() -> None:
    edge = [
        tile_of(level, number, 70_000) for level, number in ((ENTRIES, 273), (0, 272), (0, 273), (1, 0), (1, 1), (2, 0))
    ]

    assert [tile.width for tile in edge] == [112, 256, 112, 256, 17, 1]


def test_entries_come_back_out_of_a_bundle() -> None:
    entries = [b"", b"a", b"b" * 65_535]

    assert entries_in(bundle_of(entries)) == entries
    assert entries_in(bundle_of(entries)[:-1]) == entries[:2]


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 700, 65_536 + 300])
def test_a_tree_is_read_from_its_tiles(size: int) -> None:
    rows = [[leaf_hash(b"%d" % number) for number in range(size)]]
    while len(rows[-1]) >= 256:
        rows.append([root_of(rows[-1][at : at + 256]) for at in range(0, len(rows[-1]) // 256 * 256, 256)])

    def read(tile: Tile) -> bytes:
        assert tile == tile_of(tile.level, tile.number, size)
        return b"".join(rows[tile.level][tile.number * 256 :][: tile.width])

    tree = TileTree(size, read)
    root = root_of(rows[0])

    assert tree.subtree(0, size) == root
    for index in {0, size // 3, size - 1}:
        path = inclusion_path(index, size, tree.subtree)
        assert root_by_inclusion(tree.subtree(index, index + 1), index, size, path) == root
