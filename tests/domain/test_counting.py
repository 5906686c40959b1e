"""Numbers of things in sentences."""

from __future__ import annotations

import pytest

from domain.counting import counted


@pytest.mark.parametrize(
    ("number", "words", "sentence"),
    [
        (0, ("event",), "0 events"),
        (1, ("event",), "1 event"),
        (2_000, ("event",), "2,000 events"),
        (1, ("file was", "files were"), "1 file was"),
        (2, ("file was", "files were"), "2 files were"),
    ],
)
def test_one_thing_is_singular(number: int, words: tuple[str, ...], sentence: str) -> None:
    assert counted(number, *words) == sentence
