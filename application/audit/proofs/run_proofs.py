"""Proofs of one run: its stored events, the leaf of each, and that this leaf is in the tree of a signed checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from application.audit.continuation import signed_checkpoint
from application.audit.leaves import StoredLog
from application.audit.origins import verifier_key
from application.audit.proofs.run_timestamps import RunTimestamp, RunTimestamps
from application.audit.proofs.sealed_rows import must_be_sealed
from application.audit.published_tiles import PublishedTree
from application.log.export import PositionedEvent
from application.ports.seal_states import SealStates
from application.ports.tile_files import TileFiles
from domain.audit.merkle import inclusion_path
from domain.audit.proof_file import ProofFile
from domain.errors import NotFound, NotSealedYet
from domain.runs.report_run import ReportRun


@dataclass(frozen=True, slots=True)
class EventProof:
    """One event.

    stored  its bytes, as they are stored
    index   of its leaf
    leaf    the bytes of that
    proof   the text of its proof file
    """

    version: int
    topic: str
    position: int
    stored: bytes
    index: int
    leaf: bytes
    proof: str


@dataclass(frozen=True, slots=True)
class RunProof:
    """checkpoint: signed; verifier_key: what checks it; sha256: of the result's bytes, hex; None without a result"""

    run_id: str
    checkpoint: str
    verifier_key: str
    events: Sequence[EventProof]
    file_id: str | None
    sha256: str | None
    timestamp: RunTimestamp | None


class RunProofs:
    def __init__(self, log: StoredLog, states: SealStates, files: TileFiles) -> None:
        self._log = log
        self._states = states
        self._files = files
        self._timestamps = RunTimestamps(files)

    def of(self, run_id: str) -> RunProof:
        """The proofs of all events of a run.

        Raises `NotFound`, `NotSealedYet` when one is not sealed, and `SealBroken` when one is not what was sealed.
        """
        rows = self._log.stored_events_of(run_id)
        if not rows:
            raise NotFound("report run", run_id)
        state = self._states.get()
        if state is None or not state.note:
            raise NotSealedYet(run_id)
        size = signed_checkpoint(state).size
        try:
            tree = PublishedTree(size, self._files)
            events = [_proved(row, rows, tree, state.note) for row in rows]
        except FileNotFoundError:  # the sealer makes lost files again
            raise NotSealedYet(run_id) from None
        file_id, digest = _result(rows)
        timestamp = self._timestamps.of(
            {one.version: one.index for one in events}, _outcome(events), state.origin, size
        )
        return RunProof(run_id, state.note, str(verifier_key(state)), events, file_id, digest, timestamp)


def _proved(row: PositionedEvent, rows: Sequence[PositionedEvent], tree: PublishedTree, note: str) -> EventProof:
    position, id, version, topic, state = row
    found = tree.entry_at(position)
    if found is None:
        raise NotSealedYet(id)
    leaf, entry = found
    must_be_sealed(row, leaf, rows)
    path = inclusion_path(leaf.index, tree.size, tree.tiles.subtree)
    return EventProof(version, topic, position, state, leaf.index, entry, ProofFile(leaf.index, path, note).text)


def _outcome(events: Sequence[EventProof]) -> int:
    """The leaf of the last event that is not the record of an erasure."""
    return max(one.index for one in events if one.topic != ReportRun.Erased.TOPIC)


def _result(rows: Sequence[PositionedEvent]) -> tuple[str | None, str | None]:
    """The id and the digest of the result, as the event has them that says that the run succeeded."""
    for _, _, _, topic, state in rows:
        if topic == ReportRun.Succeeded.TOPIC:
            facts = orjson.loads(state)
            return facts["file_id"], facts["sha256"]
    return None, None
