"""Merkle trees: known roots, and proofs of every leaf and size that hold for that leaf and size alone."""

from __future__ import annotations

from hashlib import sha256

import pytest

from domain.audit.merkle import (
    EMPTY_ROOT,
    ProofRefused,
    inclusion_path,
    leaf_hash,
    node_hash,
    root_by_inclusion,
    root_of,
)

LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")

ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""Of the trees of the first 1 to 8 leaves: the vectors of Certificate Transparency, which RFC 9162 took over."""

MANY = [leaf_hash(b"%d" % number) for number in range(40)]


def subtree(start: int, end: int) -> bytes:
    return root_of(MANY[start:end])


def by_definition(hashes: list[bytes]) -> bytes:
    """The Merkle tree hash as the RFC defines it."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256().digest()
    left = next(1 << power for power in range(62, -1, -1) if 1 << power < len(hashes))
    return node_hash(by_definition(hashes[:left]), by_definition(hashes[left:]))


def test_the_roots_are_those_of_the_known_vectors() -> None:
    hashes = [leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]

    assert [root_of(hashes[: size + 1]).hex() for size in range(8)] == list(ROOTS)
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_root_is_the_one_of_the_definition() -> None:
    assert [root_of(MANY[:size]) for size in range(41)] == [by_definition(MANY[:size]) for size in range(41)]


def test_every_leaf_is_proved_in_every_tree_that_has_it() -> None:
    for size in range(1, 41):
        for index in range(size):
            path = inclusion_path(index, size, subtree)

            assert root_by_inclusion(MANY[index], index, size, path) == subtree(0, size)


def test_a_proof_holds_for_no_other_index_hash_or_length() -> None:
    for size in range(2, 24):
        for index in range(size):
            path = inclusion_path(index, size, subtree)

            assert root_by_inclusion(MANY[index - 1], index, size, path) != subtree(0, size)
            for wrong in (path[1:], path[:-1], [*path, MANY[0]]):
                with pytest.raises(ProofRefused):
                    root_by_inclusion(MANY[index], index, size, wrong)


def test_an_index_outside_of_the_tree_is_refused() -> None:
    with pytest.raises(ProofRefused, match="The index 5 is not below the size 5"):
        root_by_inclusion(MANY[5], 5, 5, [])
