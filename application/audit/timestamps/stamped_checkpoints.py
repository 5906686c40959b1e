"""The timestamped checkpoints of a log, as they are checked: signature, token, and the root that the log must have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from application.audit.origins import verifier_key
from application.audit.timestamps.authority import ReadToken, TimestampRefused, TimestampUnreadable, TokenFacts
from application.audit.timestamps.kept_timestamps import KeptTimestamps, Stamp
from application.audit.whole_log.differences import Difference
from application.ports.seal_states import SealState
from domain.audit.checkpoint import Checkpoint, read_checkpoint
from domain.audit.signed_note import NoteRefused, Verify
from domain.errors import SealBroken


class StampedCheckpoint(NamedTuple):
    """One timestamp of the log.

    checkpoint  None when it is missing, or not signed by the log
    facts       None when the token cannot be read here, or is not one of the checkpoint
    remark      why there are no facts, where that is no fault of the token
    fault       what is wrong; None when nothing is
    """

    stamp: Stamp
    checkpoint: Checkpoint | None
    facts: TokenFacts | None = None
    remark: str | None = None
    fault: str | None = None

    @property
    def difference(self) -> Difference | None:
        return None if self.fault is None else Difference(None, self.fault)


class StampedCheckpoints:
    def __init__(self, kept: KeptTimestamps, state: SealState, read: ReadToken, verify: Verify) -> None:
        """read, verify: of tokens, and of signatures of checkpoints"""
        self._kept = kept
        self._state = state
        self._read = read
        self._verify = verify

    def all(self) -> Iterator[StampedCheckpoint]:
        """Those of this log, oldest first; a new incarnation begins without."""
        return map(self._checked, self._kept.of_log(self._state.origin))

    def newest(self) -> StampedCheckpoint | None:
        stamp = max(self._kept.of_log(self._state.origin), default=None)
        return None if stamp is None else self._checked(stamp)

    def _checked(self, stamp: Stamp) -> StampedCheckpoint:
        try:
            content, token = self._kept.checkpoint(stamp), self._kept.token(stamp)
            note = content.decode(errors="backslashreplace")
            checkpoint = read_checkpoint(note, verifier_key(self._state), self._verify)
        except FileNotFoundError:
            fault = f"{self._kept.place} lacks a file of the timestamp {stamp.name}, which its index names."
            return StampedCheckpoint(stamp, None, fault=fault)
        except (NoteRefused, SealBroken) as refused:
            return StampedCheckpoint(
                stamp, None, fault=f"The checkpoint in {stamp.checkpoint_path} is not good. {refused}"
            )
        try:
            return StampedCheckpoint(stamp, checkpoint, self._read(token, content))
        except TimestampUnreadable as unreadable:
            return StampedCheckpoint(stamp, checkpoint, remark=str(unreadable))
        except TimestampRefused as refused:
            fault = f"The token in {stamp.token_path} is not one of its checkpoint. {refused}"
            return StampedCheckpoint(stamp, checkpoint, fault=fault)
