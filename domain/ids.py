"""Ids as clients know them: a prefix that says the kind, then base62."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
RANDOM_LENGTH = 24
"""24 base62 characters: 142 bits, so two are never alike."""


def new_id(prefix: str, length: int = RANDOM_LENGTH) -> str:
    """`frr_` and 24 random base62 characters, for prefix `frr`."""
    return f"{prefix}_{random_base62(length)}"


def random_base62(length: int) -> str:
    """Base62 text from the system's secure source of randomness."""
    number = secrets.randbits(length * 6)
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(ALPHABET[digit])
    return "".join(digits)
