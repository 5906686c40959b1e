"""Ids as clients know them: a prefix that says the kind, then base62."""

from __future__ import annotations

import secrets
from collections import deque

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
RANDOM_LENGTH = 24
"""24 base62 characters: 142 bits, so two are never alike."""

_ROUND = 256 - 256 % len(ALPHABET)

_CHARACTERS = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))
_UNEVEN = bytes(range(_ROUND, 256))
"""Bytes that stand for no character, so that all characters are as likely as each other."""

_BYTES_AT_ONCE = 4096

_stored: deque[str] = deque()
"""Random texts of `RANDOM_LENGTH`: asking the system for each costs more than it does. Each is taken once, by any
thread."""


def new_id(prefix: str, length: int = RANDOM_LENGTH) -> str:
    """`frr_` and 24 random base62 characters, for prefix `frr`. At most 24."""
    return f"{prefix}_{_random_text()[:length]}"


def random_base62(length: int) -> str:
    """Base62 text from the system's secure source of randomness."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def forget_randomness() -> None:
    """For a process that is a copy of another: it has the same in store."""
    _stored.clear()


def _random_text() -> str:
    try:
        return _stored.popleft()
    except IndexError:
        text = secrets.token_bytes(_BYTES_AT_ONCE).translate(_CHARACTERS, _UNEVEN).decode()
        first, *others = (
            text[place : place + RANDOM_LENGTH] for place in range(0, len(text) - RANDOM_LENGTH + 1, RANDOM_LENGTH)
        )
        _stored.extend(others)
        return first
