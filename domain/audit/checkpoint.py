"""Checkpoints: the size and the root of a log's tree at one moment, as its key signs them.

Source: c2sp.org/tlog-checkpoint.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import NamedTuple

from domain.audit.merkle import HASH_BYTES
from domain.audit.signed_note import NoteRefused, VerifierKey, Verify, signed, verified_text


class Checkpoint(NamedTuple):
    """origin: the log's name, which its key has too; size: leaves; root: 32 bytes"""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """The first three lines of a text; further ones are let pass. Raises `NoteRefused`."""
        lines = text.split("\n")
        if len(lines) < 4:
            raise NoteRefused("It is no checkpoint, which has an origin, a size and a root, a line each.")
        origin, size, encoded = lines[:3]
        if not origin or not (size.isascii() and size.isdigit()) or str(int(size[:20])) != size:
            raise NoteRefused(f"It is no checkpoint: {size[:40]!r} is no size of a tree.")
        try:
            root = b64decode(encoded, validate=True)
        except ValueError:
            root = b""
        if len(root) != HASH_BYTES or b64encode(root).decode() != encoded:
            raise NoteRefused(f"It is no checkpoint: {encoded[:80]!r} is no root, which is 32 bytes in Base64.")
        return cls(origin, int(size), root)

    def signed(self, key: VerifierKey, sign: Callable[[bytes], bytes]) -> str:
        """The checkpoint as a signed note."""
        return signed(self.text, key, sign)


def read_checkpoint(note: str, key: VerifierKey, verify: Verify) -> Checkpoint:
    """The checkpoint in a note. Raises `NoteRefused` unless the key has signed it, and its origin is the key's name."""
    checkpoint = Checkpoint.parse(verified_text(note, key, verify))
    if checkpoint.origin != key.name:
        raise NoteRefused(f"The checkpoint is of {checkpoint.origin}, and the key is of {key.name}.")
    return checkpoint
