"""The chain of an event's erasures: each begins with the bytes that the one before left."""

from __future__ import annotations

from domain.runs.erasure import Erasure, chain_from


def test_erasures_that_follow_one_another_are_a_chain() -> None:
    first, other, second = Erasure(1, "sealed", "a"), Erasure(2, "sealed", "x"), Erasure(1, "a", "b", by="cli:ada")

    assert chain_from("sealed", 1, [first, other, second]) == [first, second]


def test_an_erasure_that_begins_with_other_bytes_is_no_part_of_it() -> None:
    forged = Erasure(1, "others", "b")

    assert chain_from("sealed", 1, [Erasure(1, "sealed", "a"), forged]) == [Erasure(1, "sealed", "a")]
    assert chain_from("sealed", 1, [forged]) == []
