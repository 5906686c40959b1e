"""Near misses: the name that a mistyped one may stand for."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

LIKENESS = 0.75
"""How alike two names must be, 0.0 to 1.0 as `difflib` counts it."""

SHORT_LIKENESS = 0.6
"""The same for names of four letters or fewer, where one letter weighs more."""

LONGEST = 100
"""Characters of a name that are compared; comparing takes time that grows with their square."""


MOST_COMPARED = 5
"""Of names that are about as like."""


def near_miss(given: str, known: Iterable[str]) -> str | None:
    """The known name that is most like a given one, whatever its case; None when none is alike.

    A name of the same letters is the most alike: `eru` is `eur`, though `difflib` ranks `yer` before it. Of names that
    are equally alike, one with the same first letter: `eux` is `eur` rather than `ugx`.
    """
    by_small_name = {name.lower(): name for name in sorted(known)}
    small = given.strip().lower()[:LONGEST]
    likeness = SHORT_LIKENESS if len(small) <= 4 else LIKENESS
    by_last_word = {name.rpartition("/")[2]: name for name in by_small_name}  # `berlin` for `Europe/Berlin`
    for names in (by_small_name, by_last_word):
        swapped = [name for name in names if len(name) == len(small) and sorted(name) == sorted(small)]
        found = swapped or get_close_matches(small, names, n=MOST_COMPARED, cutoff=likeness)
        if found:
            best = max(found, key=lambda name: (_likeness(name, small), name[:1] == small[:1]))
            return by_small_name.get(best) or by_small_name[by_last_word[best]]
    return None


def _likeness(name: str, given: str) -> float:
    """As `get_close_matches` counts it."""
    return SequenceMatcher(None, name, given).ratio()


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """` Did you mean balance.summary.1?` for a near miss, else an empty text."""
    found = near_miss(given, known)
    return f" Did you mean {found}?" if found else ""
