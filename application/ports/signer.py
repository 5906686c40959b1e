"""The port for signatures with the key of the transparency log."""

from __future__ import annotations

from typing import Protocol


class Signer(Protocol):
    """An Ed25519 key. The same text gives the same signature."""

    @property
    def public_key(self) -> bytes:
        """32 bytes."""

    def sign(self, text: bytes) -> bytes:
        """The signature, 64 bytes."""
