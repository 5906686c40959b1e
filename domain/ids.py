"""Ids as clients know them: a prefix that names the kind, then base62.

Ids of runs begin with their creation time, so new ones are adjacent in the indexes of the log and of the views: a
commit writes one or two pages of each, where random ids need a page a run.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import deque
from datetime import datetime

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ID_LENGTH = 24
TIME_LENGTH = 8
"""Characters of the creation time, in units of 0.1 ms, enough for 690 years from 1970. The other 16 are random, 95
bits, so ids neither collide nor can be guessed."""

_TICKS = 10_000
"""Units of 0.1 ms in a second."""

_PAIRS = tuple(first + second for first in ALPHABET for second in ALPHABET)
"""The digits of base 3,844."""

_ROUND = 256 - 256 % len(ALPHABET)

_CHARACTERS = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))
_UNEVEN = bytes(range(_ROUND, 256))
"""Bytes that are dropped, so that all characters are equally likely."""

_BYTES_AT_ONCE = 4096

HEX_LENGTH = 64

_stored: deque[str] = deque()
"""Random texts of `ID_LENGTH`, read in batches: a system call for each id would dominate. Each is used once, by any
thread."""

_stored_hex: deque[str] = deque()
"""Random texts of `HEX_LENGTH`, for salts, as well."""


def new_id(prefix: str, at: datetime) -> str:
    """`frr_` and 24 base62 characters, for prefix `frr`: `at`, then random ones.

    Later ids sort behind earlier ones, byte by byte.
    """
    return f"{prefix}_{_time_text(at)}{_random_text()[TIME_LENGTH:]}"


def derived_id(prefix: str, at: datetime, *parts: str) -> str:
    """An id like those of `new_id`, with a digest of `parts` in the place of randomness: the same parts give it again.

    It can be guessed by those who know the parts.
    """
    digest = int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest())
    characters = []
    for _ in range(ID_LENGTH - TIME_LENGTH):
        digest, digit = divmod(digest, len(ALPHABET))
        characters.append(ALPHABET[digit])
    return f"{prefix}_{_time_text(at)}{''.join(characters)}"


def random_id(prefix: str, length: int = ID_LENGTH) -> str:
    """`req_` and `length` random base62 characters (at most 24), for prefix `req`."""
    return f"{prefix}_{_random_text()[:length]}"


def random_hex(bytes: int) -> str:
    """Random bytes (at most 32) as hex digits."""
    try:
        return _stored_hex.popleft()[: 2 * bytes]
    except IndexError:
        text = secrets.token_hex(_BYTES_AT_ONCE)
        _stored_hex.extend(text[place : place + HEX_LENGTH] for place in range(0, len(text), HEX_LENGTH))
        return random_hex(bytes)


def random_base62(length: int) -> str:
    """Base62 text from the system's secure source of randomness."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def forget_randomness() -> None:
    """Drop the batch after a fork: the child has the same one."""
    _stored.clear()
    _stored_hex.clear()


def _time_text(at: datetime) -> str:
    rest, last = divmod(int(at.timestamp() * _TICKS), len(_PAIRS))
    rest, third = divmod(rest, len(_PAIRS))
    first, second = divmod(rest, len(_PAIRS))
    return f"{_PAIRS[first]}{_PAIRS[second]}{_PAIRS[third]}{_PAIRS[last]}"


def _random_text() -> str:
    try:
        return _stored.popleft()
    except IndexError:
        text = secrets.token_bytes(_BYTES_AT_ONCE).translate(_CHARACTERS, _UNEVEN).decode()
        first, *others = (text[place : place + ID_LENGTH] for place in range(0, len(text) - ID_LENGTH + 1, ID_LENGTH))
        _stored.extend(others)
        return first
