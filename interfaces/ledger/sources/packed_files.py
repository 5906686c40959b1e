"""Packed files: `.gz` and `.zst`, unpacked with their checksums verified."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["DAMAGED", "PACKINGS", "Packing", "packing_of_contents", "packing_of_name", "plain_name", "zstd"]

DAMAGED = (gzip.BadGzipFile, zlib.error, zstd.ZstdError, EOFError)
"""What reading a packed file raises when it is damaged."""


@dataclass(frozen=True, slots=True)
class Packing:
    """One way of packing. starts_with: the bytes by which it is known where no name says it"""

    ending: str
    starts_with: bytes
    opened: Callable[[Path], BinaryIO]


PACKINGS = (
    Packing(".gz", b"\x1f\x8b", lambda path: cast("BinaryIO", gzip.GzipFile(path))),
    Packing(".zst", b"\x28\xb5\x2f\xfd", lambda path: cast("BinaryIO", zstd.open(path))),
)


def packing_of_name(name: str) -> Packing | None:
    """How a file is packed, by its name; None for a plain one."""
    return next((packing for packing in PACKINGS if name.lower().endswith(packing.ending)), None)


def packing_of_contents(path: Path) -> Packing | None:
    """How a file is packed, by its first bytes; None for a plain one."""
    with path.open("rb") as file:
        start = file.read(4)
    return next((packing for packing in PACKINGS if start.startswith(packing.starts_with)), None)


def plain_name(name: str) -> str:
    """The name without the ending that says how it is packed."""
    packing = packing_of_name(name)
    return name[: -len(packing.ending)] if packing else name
