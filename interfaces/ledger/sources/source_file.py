"""A source file that was read to its end: unpacked, its checksum verified, ready for DuckDB."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from domain.errors import LedgerRefused
from interfaces.ledger.sources.packed_files import (
    DAMAGED,
    Packing,
    packing_of_contents,
    packing_of_name,
    plain_name,
)
from interfaces.ledger.sources.table_names import ENDINGS
from interfaces.ledger.sources.text_measures import TextMeasures
from interfaces.ledger.sources.workspace import MIB, Workspace

STANDARD_INPUT = Path("-")

_FORMATS = {"csv": "csv", "tsv": "csv", "parquet": "parquet", "json": "json", "jsonl": "jsonl", "ndjson": "jsonl"}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a load.

    name          as messages call it
    path          the plain file: the source, or its unpacked copy
    format        csv, parquet, json or jsonl
    sha256        of the source as it is, packed or not
    text          measures of the plain file; without meaning for Parquet
    """

    name: str
    path: Path
    format: str
    sha256: str
    text: TextMeasures
    origin: os.stat_result | None = field(default=None, repr=False)

    def must_be_unchanged(self, source: Path) -> None:
        """Raises `LedgerRefused` when the source was written to since it was opened."""
        now = source.stat() if self.origin else None
        if now and self.origin and (now.st_size, now.st_mtime_ns) != (self.origin.st_size, self.origin.st_mtime_ns):
            raise LedgerRefused("The file changed while it was read. Load it when it is complete.", file=self.name)


def read_through(source: Path, workspace: Workspace) -> SourceFile:
    """Read a source to its end, and unpack it into the workspace. Raises `LedgerRefused` for a damaged file."""
    if source == STANDARD_INPUT:
        return _standard_input(workspace)
    _must_be_a_file(source)
    ending = plain_name(source.name).lower().rpartition(".")[2]
    if ending not in _FORMATS or not source.name.lower().endswith(ENDINGS):
        raise LedgerRefused(f"The file's name must end in one of: {', '.join(ENDINGS)}.", file=source.name)
    try:
        found = _read(source, source.name, _FORMATS[ending])
        packing = packing_of_name(source.name)
        return _unpacked(found, packing, workspace) if packing else found
    except OSError as error:
        raise LedgerRefused(f"The file cannot be read: {error.strerror}.", file=source.name) from None


def _standard_input(workspace: Workspace) -> SourceFile:
    """A copy of standard input, in the format that its first bytes show."""
    with workspace.create("standard_input") as copy:
        for chunk in _chunks(sys.stdin.buffer):
            copy.write(chunk)
    path = workspace.path_of("standard_input")
    found = replace(_read(path, "standard input", "csv"), origin=None)
    if packing := packing_of_contents(path):
        found = _unpacked(found, packing, workspace)
    return replace(found, format=_format_of_contents(found.path))


def _format_of_contents(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"PAR1"):
        return "parquet"
    return "json" if start[:1] in (b"{", b"[") else "csv"


def _read(path: Path, name: str, format: str) -> SourceFile:
    digest, text = hashlib.sha256(), TextMeasures()
    with path.open("rb") as file:
        origin = os.fstat(file.fileno())
        for chunk in _chunks(file):
            digest.update(chunk)
            text.add(chunk)
    return SourceFile(name, path, format, digest.hexdigest(), text, origin)


def _unpacked(packed: SourceFile, packing: Packing, workspace: Workspace) -> SourceFile:
    """The same with an unpacked copy. Raises `LedgerRefused` unless length and checksum are right."""
    text = TextMeasures()
    copy = f"unpacked.{packed.format}"
    try:
        with packing.opened(packed.path) as file, workspace.create(copy) as out:
            for chunk in _chunks(file):
                text.add(chunk)
                out.write(chunk)
        if packed.path.stat().st_size == 0:
            raise EOFError("it is empty")
    except DAMAGED as error:
        problem = f"The file ends in {packing.ending} but cannot be unpacked: {error}."
        raise LedgerRefused(problem, file=packed.name) from None
    return replace(packed, path=workspace.path_of(copy), text=text)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(MIB):
        yield chunk


def _must_be_a_file(path: Path) -> None:
    """Raises `LedgerRefused`, which says what else lies there."""
    try:
        mode = path.stat().st_mode
    except OSError:
        broken = path.is_symlink()
        problem = "This is a symbolic link to a file that is not there." if broken else "There is no such file."
        raise LedgerRefused(problem, file=path.name) from None
    if stat.S_ISREG(mode):
        return
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
        raise LedgerRefused("This is a pipe, not a file. Give - to read standard input.", file=path.name)
    raise LedgerRefused(f"This is a {'folder' if stat.S_ISDIR(mode) else 'device'}, not a file.", file=path.name)
