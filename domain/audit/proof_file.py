"""Proof files: that an entry is in the tree of a signed checkpoint, as one text.

Source: c2sp.org/tlog-proof.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from domain.audit.merkle import HASH_BYTES, ProofRefused

HEADING = "c2sp.org/tlog-proof@v1"

MAX_HASHES = 64


@dataclass(frozen=True, slots=True)
class ProofFile:
    """index: of the entry in the log; path: its inclusion proof; note: the signed checkpoint, verbatim"""

    index: int
    path: Sequence[bytes]
    note: str

    @property
    def text(self) -> str:
        hashes = "".join(f"{b64encode(hash).decode()}\n" for hash in self.path)
        return f"{HEADING}\nindex {self.index}\n{hashes}\n{self.note}"

    @classmethod
    def parse(cls, text: str) -> ProofFile:
        """Raises `ProofRefused` for a text that is no proof."""
        head, divider, note = text.partition("\n\n")
        heading, *lines = head.split("\n")
        if heading != HEADING or not divider:
            raise ProofRefused(f"It is no proof, which begins with {HEADING} and has a checkpoint after a blank line.")
        if lines and lines[0].startswith("extra "):
            del lines[0]
        name, _, index = (lines or [""])[0].partition(" ")
        if name != "index" or not (index.isascii() and index.isdigit()) or str(int(index[:20])) != index:
            raise ProofRefused("It is no proof: the line `index N` is missing.")
        if len(lines) > 1 + MAX_HASHES:
            raise ProofRefused(f"The proof has {len(lines) - 1:,} hashes; no tree needs more than {MAX_HASHES}.")
        return cls(int(index), [_hash(line) for line in lines[1:]], note)


def _hash(line: str) -> bytes:
    try:
        decoded = b64decode(line, validate=True)
    except ValueError:
        decoded = b""
    if len(decoded) != HASH_BYTES or b64encode(decoded).decode() != line:
        raise ProofRefused(f"{line[:80]!r} is no hash of a proof, which is 32 bytes in Base64.")
    return decoded
