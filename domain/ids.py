"""Ids as clients know them: a prefix that says the kind, then base62."""

from __future__ import annotations

import secrets
from collections import deque

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
RANDOM_LENGTH = 24
"""24 base62 characters: 142 bits, so two are never alike."""

_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]

_NUMBER_BYTES = 24
"""Of what one id is made: some 50 bits more than its characters say, so that all are as likely as each other."""

_NUMBERS_AT_ONCE = 128

_numbers: deque[int] = deque()
"""Random numbers in store: asking the system for them costs more than they do. Each is taken once, by any thread."""


def new_id(prefix: str, length: int = RANDOM_LENGTH) -> str:
    """`frr_` and 24 random base62 characters, for prefix `frr`. Lengths are even, and 24 at most."""
    number = _next_number()
    digits = []
    for _ in range(length // 2):
        number, pair = divmod(number, 3844)
        digits.append(_PAIRS[pair])
    return f"{prefix}_{''.join(digits)}"


def random_base62(length: int) -> str:
    """Base62 text from the system's secure source of randomness."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def forget_numbers() -> None:
    """For a process that is a copy of another: it has the same numbers in store."""
    _numbers.clear()


def _next_number() -> int:
    try:
        return _numbers.popleft()
    except IndexError:
        fresh = secrets.token_bytes(_NUMBER_BYTES * (_NUMBERS_AT_ONCE + 1))
        numbers = [
            int.from_bytes(fresh[place : place + _NUMBER_BYTES], "little")
            for place in range(0, len(fresh), _NUMBER_BYTES)
        ]
        _numbers.extend(numbers[1:])
        return numbers[0]
