"""The newest checkpoint: as the database has it, as it is published, and what is wrong with either."""

from __future__ import annotations

from application.audit.origins import verifier_key
from application.audit.whole_log.differences import Difference
from application.ports.seal_states import SealState
from domain.audit.checkpoint import Checkpoint, read_checkpoint
from domain.audit.signed_note import NoteRefused, Verify
from domain.errors import SealBroken


class NewestCheckpoint:
    """known: those that are good, each with what it is called; differences: what is wrong"""

    def __init__(self, state: SealState, published: bytes | None, place: str, verify: Verify) -> None:
        """
        published  the file, read before the state; None where it is missing
        place      where the file is, for sentences
        """
        self._state = state
        self._place = place
        self._verify = verify
        self.known: list[tuple[Checkpoint, str]] = []
        self.differences: list[Difference] = []
        if state.note:
            self._look_at_signed(state.note)
        self._look_at_published(published)

    def _look_at_signed(self, note: str) -> None:
        try:
            signed = self._read(note)
        except (NoteRefused, SealBroken) as refused:
            self._wrong(f"The newest checkpoint in the database is not good. {refused}")
            return
        self.known.append((signed, "signed checkpoint"))
        size = self._state.size
        if signed.size > size:
            self._wrong(f"The checkpoint in the database has {signed.size:,} leaves, and {size:,} are recorded.")

    def _look_at_published(self, published: bytes | None) -> None:
        text = (published or b"").decode(errors="backslashreplace")
        if not self._state.note and not text.startswith(f"{self._state.origin}\n"):
            return  # nothing is published of this log yet
        try:
            checkpoint = self._read(text)
        except (NoteRefused, SealBroken) as refused:
            reason = str(refused) if published else "It is missing."
            self._wrong(
                f"The file checkpoint in {self._place} is not good. {reason} The sealer writes it again when it starts."
            )
            return
        size = self._state.size
        if checkpoint.size <= size:
            self.known.append((checkpoint, "published checkpoint"))
            return
        self._wrong(
            f"A checkpoint of {checkpoint.size:,} leaves was published, and the database records {size:,}: an older "
            "copy of it may have been put in its place."
        )

    def _read(self, note: str) -> Checkpoint:
        return read_checkpoint(note, verifier_key(self._state), self._verify)

    def _wrong(self, sentence: str) -> None:
        self.differences.append(Difference(None, sentence))
