"""Ids as clients know them: a prefix that says the kind, then base62.

Ids of runs begin with the time at which they are made. So new ones lie beside each other in the indexes of the log and
of the views, and a commit writes a page or two of each, where random ones need a page a run.
"""

from __future__ import annotations

import secrets
from collections import deque
from datetime import datetime

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ID_LENGTH = 24
TIME_LENGTH = 8
"""Characters that say when: tenths of milliseconds, which last for 690 years from 1970. The other 16 are random: 95
bits, so two are never alike, and nobody guesses one."""

_TICKS = 10_000
"""In a second."""

_PAIRS = tuple(first + second for first in ALPHABET for second in ALPHABET)
"""The digits of a number to the base of 3,844."""

_ROUND = 256 - 256 % len(ALPHABET)

_CHARACTERS = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))
_UNEVEN = bytes(range(_ROUND, 256))
"""Bytes that stand for no character, so that all characters are as likely as each other."""

_BYTES_AT_ONCE = 4096

_stored: deque[str] = deque()
"""Random texts of `ID_LENGTH`: asking the system for each costs more than it does. Each is taken once, by any
thread."""


def new_id(prefix: str, at: datetime) -> str:
    """`frr_` and 24 base62 characters, for prefix `frr`: `at`, then random ones.

    Later ids sort behind earlier ones, byte by byte.
    """
    rest, last = divmod(int(at.timestamp() * _TICKS), len(_PAIRS))
    rest, third = divmod(rest, len(_PAIRS))
    first, second = divmod(rest, len(_PAIRS))
    random = _random_text()[TIME_LENGTH:]
    return f"{prefix}_{_PAIRS[first]}{_PAIRS[second]}{_PAIRS[third]}{_PAIRS[last]}{random}"


def random_id(prefix: str, length: int = ID_LENGTH) -> str:
    """`req_` and as many random base62 characters, for prefix `req`. At most 24."""
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
        first, *others = (text[place : place + ID_LENGTH] for place in range(0, len(text) - ID_LENGTH + 1, ID_LENGTH))
        _stored.extend(others)
        return first
