"""The timestamp of a run: the first one whose checkpoint has its outcome, and the proofs that lead there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from application.audit.published_tiles import read_older_tile
from application.audit.timestamps.kept_timestamps import KeptTimestamps, Stamp
from application.ports.tile_files import TileFiles
from domain.audit.merkle import inclusion_path
from domain.audit.proof_file import ProofFile
from domain.audit.tiles import TileTree
from domain.errors import StoreUnavailable


@dataclass(frozen=True, slots=True)
class RunTimestamp:
    """proofs: by the version of the event, of those that the checkpoint has; token: the authority's response, DER"""

    checkpoint: bytes
    token: bytes
    proofs: Mapping[int, str]


class RunTimestamps:
    def __init__(self, files: TileFiles) -> None:
        self._files = files
        self._kept = KeptTimestamps(files)

    def of(self, leaves: Mapping[int, int], outcome: int, origin: str, size: int) -> RunTimestamp | None:
        """None where no timestamp covers the outcome yet, or what it consists of cannot be read.

        leaves   by the version of each event, the index of its leaf
        outcome  index of the leaf that must be covered
        size     of the tree now
        """
        try:
            stamps = [one for one in self._kept.of_log(origin) if outcome < one.size <= size]
            return self._read(stamps[0], leaves, size) if stamps else None
        except (FileNotFoundError, UnicodeDecodeError, StoreUnavailable):  # proofs of the run are good without
            return None

    def _read(self, stamp: Stamp, leaves: Mapping[int, int], size: int) -> RunTimestamp:
        checkpoint, token = self._kept.checkpoint(stamp), self._kept.token(stamp)
        tree = TileTree(stamp.size, lambda tile: read_older_tile(self._files, tile, size))
        proofs = {
            version: ProofFile(index, inclusion_path(index, stamp.size, tree.subtree), checkpoint.decode()).text
            for version, index in leaves.items()
            if index < stamp.size
        }
        return RunTimestamp(checkpoint, token, proofs)
