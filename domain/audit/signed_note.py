"""Signed notes: a text, and Ed25519 signatures of it.

Source: c2sp.org/signed-note.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple

ED25519 = b"\x01"
PUBLIC_KEY_BYTES, SIGNATURE_BYTES, KEY_ID_BYTES = 32, 64, 4

MAX_SIGNATURES = 100

NAMED_SIGNERS = 3
"""A sentence names so many of those that signed a note."""

Verify = Callable[[bytes, bytes, bytes], bool]
"""Whether a signature is good: takes the public key, the signature and what was signed."""


class NoteRefused(ValueError):
    """A text that is no signed note, or is not signed with the key; the message says why."""


class VerifierKey(NamedTuple):
    """A name and an Ed25519 public key: `NAME+ID+KEY`, with the id in hex and the key in Base64."""

    name: str
    public_key: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public_key).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(ED25519 + self.public_key).decode()}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Raises `NoteRefused` for a text that is no verifier key, or names the id of another."""
        name, _, rest = text.strip().partition("+")
        id, _, encoded = rest.partition("+")
        key = _decoded(encoded)
        if not name or key is None or key[:1] != ED25519 or len(key) != 1 + PUBLIC_KEY_BYTES:
            raise NoteRefused(f"{text[:120]!r} is no verifier key of Ed25519, which is NAME+ID+KEY.")
        found = cls(name, key[1:])
        if found.id.hex() != id:
            raise NoteRefused(f"The verifier key of {name} has the id {found.id.hex()}, not {id[:16]!r}.")
        return found


def signed(text: str, key: VerifierKey, sign: Callable[[bytes], bytes]) -> str:
    """The note of a text that ends with a newline. sign: gives the Ed25519 signature of bytes."""
    signature = b64encode(key.id + sign(text.encode())).decode()
    return f"{text}\n\u2014 {key.name} {signature}\n"


def verified_text(note: str, key: VerifierKey, verify: Verify) -> str:
    """The text of a note. Raises `NoteRefused` unless the key has signed it."""
    text, divider, signatures = note.rpartition("\n\n")
    if not divider or not signatures.endswith("\n"):
        raise NoteRefused("It is no signed note: a blank line and signatures are missing.")
    text += "\n"
    lines = signatures.splitlines()
    if len(lines) > MAX_SIGNATURES:
        raise NoteRefused(f"The note has {len(lines):,} signatures; at most {MAX_SIGNATURES} are read.")
    found = [signature for line in lines if (signature := _signature_by(line, key)) is not None]
    if not found:
        others = " and ".join(f"{name} with the key {id}" for name, id in signers_of(note)[:NAMED_SIGNERS])
        by_others = f" It is signed by {others}." if others else ""
        raise NoteRefused(f"The note is not signed by {key.name} with the key {key.id.hex()}.{by_others}")
    if not all(verify(key.public_key, signature, text.encode()) for signature in found):
        raise NoteRefused(f"The signature of {key.name} is not one of this text.")
    return text


def signers_of(note: str) -> list[tuple[str, str]]:
    """The names that a note is signed with, and the ids of the keys in hex; nothing is verified."""
    found = []
    for line in note.rpartition("\n\n")[2].splitlines()[:MAX_SIGNATURES]:
        _, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        signature = _decoded(encoded)
        if signature is not None and len(signature) > KEY_ID_BYTES:
            found.append((name[:120], signature[:KEY_ID_BYTES].hex()))
    return found


def _signature_by(line: str, key: VerifierKey) -> bytes | None:
    """The signature in a line, when it is by a key; None for those of others. Raises `NoteRefused`."""
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    signature = _decoded(encoded)
    if dash != "\u2014" or not name or signature is None or len(signature) <= KEY_ID_BYTES:
        raise NoteRefused(f"{line[:120]!r} is no line of a signature.")
    if name != key.name or signature[:KEY_ID_BYTES] != key.id:
        return None
    return signature[KEY_ID_BYTES:]


def _decoded(encoded: str) -> bytes | None:
    try:
        decoded = b64decode(encoded, validate=True)
    except ValueError:
        return None
    return decoded if b64encode(decoded).decode() == encoded else None
