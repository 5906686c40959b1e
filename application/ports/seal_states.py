"""The port for the state of sealing: how far the log is sealed, and which process seals it."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class SealState(NamedTuple):
    """How far the log is sealed.

    origin      name of the transparency log: `HOST/INSTALLATION/INCARNATION`
    public_key  of the key that signs, hex
    size        leaves
    root        over these leaves, hex
    position    of the last event among them; 0 before the first
    note        the newest signed checkpoint, which may be of a smaller size; empty before the first
    previous    the last known checkpoint of the log before a restore, which is the first leaf; mostly empty
    sealed_at   when the size last grew, Unix seconds
    """

    origin: str
    public_key: str
    size: int
    root: str
    position: int
    note: str = ""
    previous: str = ""
    sealed_at: float = 0.0

    @property
    def is_signed(self) -> bool:
        """Whether the newest checkpoint is of the size that is stored."""
        return self.note.split("\n")[1:2] == [str(self.size)]


class SealStates(Protocol):
    """One state for each log. What a method has stored is durable when it returns."""

    def get(self) -> SealState | None:
        """None before the first."""

    def begin(self, state: SealState) -> SealState:
        """Store the first state, unless there is one; gives what is stored."""

    def acquire(self, holder: str, lease_seconds: float) -> bool:
        """Acquire the lease of sealing, or extend it. False while another process holds it."""

    def release(self, holder: str) -> None:
        """End the lease of a process that holds it."""

    def advance(self, holder: str, before: int, state: SealState) -> bool:
        """Store a larger size and its root. False, with nothing stored, without the lease, or when the size that is
        stored is not `before`: so no size ever gets two roots."""

    def publish(self, holder: str, size: int, note: str) -> bool:
        """Store the signed checkpoint of the stored size. False without the lease."""
