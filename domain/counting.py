"""Numbers of things, in the words of a sentence."""

from __future__ import annotations


def counted(number: int, one: str, several: str = "") -> str:
    """`1 event`, `0 events`, `2,000 events`. one, several: the words behind the number, the verb too where it follows

    several: when empty, `one` with an s
    """
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"
