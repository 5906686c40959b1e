"""What a timestamping authority is asked for, and what its tokens say.

Source: RFC 3161.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Protocol


class TimestampRefused(ValueError):
    """No token was given, or it is not one of the bytes that were sent; the message says why."""


class TimestampUnreadable(TimestampRefused):
    """Tokens cannot be read by this installation, which says nothing about them."""


class TokenFacts(NamedTuple):
    """What a token says.

    at           when the authority saw the bytes, aware UTC
    authority    the name in the certificate that signed the token
    is_verified  whether that certificate was shown to be one that the operator trusts
    """

    at: datetime
    authority: str
    is_verified: bool

    def __str__(self) -> str:
        return f"of {self.at:%Y-%m-%d %H:%M:%S} UTC by {self.authority}"


class TimestampAuthority(Protocol):
    def ask(self, content: bytes) -> bytes:
        """The authority's response (`TimeStampResp`, DER) with a token of the SHA-256 of some bytes.

        Raises `TimestampRefused`.
        """


ReadToken = Callable[[bytes, bytes], TokenFacts]
"""Reads a response, and compares it with the bytes that it must be of. Raises `TimestampRefused`."""
