"""The state of sealing in memory."""

from __future__ import annotations

from application.ports.seal_states import SealState


class MemorySealStates:
    """There is one process, which always has the lease."""

    def __init__(self) -> None:
        self._state: SealState | None = None

    def get(self) -> SealState | None:
        return self._state

    def begin(self, state: SealState) -> SealState:
        self._state = self._state or state
        return self._state

    def acquire(self, holder: str, lease_seconds: float) -> bool:
        return self._state is not None

    def release(self, holder: str) -> None:
        """Nothing to release."""

    def advance(self, holder: str, before: int, state: SealState) -> bool:
        if self._state is None or self._state.size != before:
            return False
        self._state = state._replace(note=self._state.note)
        return True

    def publish(self, holder: str, size: int, note: str) -> bool:
        if self._state is None or self._state.size != size:
            return False
        self._state = self._state._replace(note=note)
        return True
