"""Merkle trees: roots and inclusion proofs.

Source: RFC 9162, section 2.1, with SHA-256.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

HASH_BYTES = 32

EMPTY_ROOT = sha256(b"").digest()

Subtree = Callable[[int, int], bytes]
"""Gives the root of the tree over the leaves from a first index up to another, which is not included."""


class ProofRefused(ValueError):
    """A proof that does not lead to the root; the message says which part of it is wrong."""


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over the hashes of leaves, or over the roots of complete trees of one size."""
    if not hashes:
        return EMPTY_ROOT
    level = list(hashes)
    while len(level) > 1:
        above = [sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]
        level = above + level[2 * len(above) :]  # the last of an odd number goes up alone
    return level[0]


def split(leaves: int) -> int:
    """How many of two or more leaves are in the left part of their tree: the largest power of 2 below the number."""
    return 1 << (leaves - 1).bit_length() - 1


def inclusion_path(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The proof that the leaf at an index is in the tree of a size: from the leaf's sibling up to the root's child."""
    start, end = 0, size
    path = []
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(start, middle))
            start = middle
    return path[::-1]


def root_by_inclusion(hash: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to, from the hash of a leaf. Raises `ProofRefused` for a wrong length."""
    if not 0 <= index < size:
        raise ProofRefused(f"The index {index:,} is not below the size {size:,} of the tree.")
    place, last = index, size - 1
    for sibling in path:
        if last == 0:
            raise ProofRefused(f"The proof has {len(path)} hashes, which is too many for a tree of {size:,} leaves.")
        if place & 1 or place == last:
            hash = node_hash(sibling, hash)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            hash = node_hash(hash, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofRefused(f"The proof has {len(path)} hashes, which is too few for a tree of {size:,} leaves.")
    return hash
