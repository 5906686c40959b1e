"""The timestamps that are kept beside the checkpoint: of each the checkpoint, its token, and a line in an index."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from application.ports.tile_files import TileFiles
from domain.audit.checkpoint import Checkpoint

FOLDER = "timestamps"
INDEX = f"{FOLDER}/index"
FAILURE = f"{FOLDER}/failure"

NAME_FORMAT = "%Y%m%dT%H%M%SZ"


class Stamp(NamedTuple):
    """One timestamp. name: the time in the token, `20261231T235959Z`; size, origin: of the checkpoint"""

    name: str
    size: int
    origin: str

    @property
    def at(self) -> datetime:
        return datetime.strptime(self.name, NAME_FORMAT).replace(tzinfo=UTC)

    @property
    def checkpoint_path(self) -> str:
        return f"{FOLDER}/{self.name}/checkpoint"

    @property
    def token_path(self) -> str:
        return f"{FOLDER}/{self.name}/token.tsr"


class Failure(NamedTuple):
    """Why the newest attempt brought no token. at: aware UTC"""

    at: datetime
    sentence: str


class KeptTimestamps:
    """Raises `StoreUnavailable` and `OSError`, as the files do."""

    def __init__(self, files: TileFiles) -> None:
        self._files = files
        self.place = files.place

    def stamps(self) -> list[Stamp]:
        """All of them, oldest first. Lines of the index that are none are left out."""
        lines = self._text(INDEX).splitlines()
        return [stamp for line in lines if (stamp := _stamp_in(line)) is not None]

    def of_log(self, origin: str) -> list[Stamp]:
        """Those of one transparency log, oldest first; others are of the log before a restore."""
        return [stamp for stamp in self.stamps() if stamp.origin == origin]

    def checkpoint(self, stamp: Stamp) -> bytes:
        """Raises `FileNotFoundError`."""
        return self._files.read(stamp.checkpoint_path)

    def token(self, stamp: Stamp) -> bytes:
        """The response that holds the token, DER. Raises `FileNotFoundError`."""
        return self._files.read(stamp.token_path)

    def add(self, stamp: Stamp, checkpoint: bytes, token: bytes) -> None:
        """Keep one. Its line comes last, so that a line in the index always leads to whole files."""
        others = [one for one in self.stamps() if one.name != stamp.name]
        index = "".join(f"{one.name} {one.size} {one.origin}\n" for one in sorted([*others, stamp]))
        files = {stamp.checkpoint_path: checkpoint, stamp.token_path: token, INDEX: index.encode()}
        self._files.write(files)

    def failure(self) -> Failure | None:
        """The newest failed attempt, if no token came since."""
        time, _, sentence = self._text(FAILURE).strip().partition(" ")
        at = _time_in(time)
        newest = max(self.stamps(), default=None)
        return Failure(at, sentence) if at and not (newest and newest.at >= at) else None

    def note_failure(self, failure: Failure) -> None:
        line = " ".join(f"{failure.at:{NAME_FORMAT}} {failure.sentence}".split())
        self._files.write({FAILURE: f"{line}\n".encode()})

    def _text(self, path: str) -> str:
        try:
            return self._files.read(path).decode(errors="backslashreplace")
        except FileNotFoundError:
            return ""


def stamp_of(note: str, at: datetime) -> Stamp:
    """The timestamp of a checkpoint that is signed. at: the time in its token, aware UTC"""
    checkpoint = Checkpoint.parse(note)
    return Stamp(f"{at:{NAME_FORMAT}}", checkpoint.size, checkpoint.origin)


def _stamp_in(line: str) -> Stamp | None:
    name, _, rest = line.partition(" ")
    size, _, origin = rest.partition(" ")
    is_good = _time_in(name) is not None and size.isascii() and size.isdigit() and origin
    return Stamp(name, int(size[:20]), origin) if is_good else None


def _time_in(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, NAME_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
