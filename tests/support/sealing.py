"""A transparency log in memory, sealers of it, and the kill of one between two steps."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from application.audit.checkpoint_copy import CheckpointCopy
from application.audit.origins import first_state, verifier_key
from application.audit.sealer import Sealer
from application.ports.seal_states import SealState
from domain.audit.checkpoint import Checkpoint, read_checkpoint
from domain.audit.leaf import Leaf, digest_of
from domain.audit.merkle import leaf_hash, root_of
from domain.errors import StoreUnavailable
from interfaces.audit.signing_key import SigningKey, verify
from interfaces.testing.memory.seal_state import MemorySealStates
from interfaces.testing.memory.store import MemoryStore, open_memory
from tests.support.clock import StillClock
from tests.support.runs import pending_run


class Killed(BaseException):
    """Stands for SIGKILL."""


class MemoryFiles:
    """Files of a transparency log in memory. killed_at: the path whose write kills the process"""

    place = "memory"

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.killed_at = ""

    def read(self, path: str) -> bytes:
        if path not in self.kept:
            raise FileNotFoundError(path)
        return self.kept[path]

    def write(self, files: Mapping[str, bytes]) -> None:
        for path, content in files.items():
            if path == self.killed_at:
                raise Killed
            self.kept[path] = content

    def remove_below(self, path: str) -> None:
        self.kept = {name: content for name, content in self.kept.items() if not name.startswith(f"{path}/")}


class NoPlace(MemoryFiles):
    """A place that is away at first."""

    is_away = True

    def write(self, files: Mapping[str, bytes]) -> None:
        if self.is_away:
            raise StoreUnavailable("It is away.")
        super().write(files)


class KillingStates(MemorySealStates):
    """killed_in: the method whose end kills the process"""

    killed_in = ""

    def __init__(self) -> None:
        super().__init__()
        self.published: list[tuple[int, str]] = []

    def advance(self, holder: str, before: int, state: SealState) -> bool:
        advanced = super().advance(holder, before, state)
        self._kill("advance")
        return advanced

    def publish(self, holder: str, size: int, note: str) -> bool:
        published = super().publish(holder, size, note)
        self.published.append((size, note))
        self._kill("publish")
        return published

    def _kill(self, name: str) -> None:
        if self.killed_in == name:
            raise Killed


class Sealing:
    """A log in memory, and sealers of it."""

    def __init__(self) -> None:
        self.store: MemoryStore = open_memory()
        self.states = KillingStates()
        self.files = MemoryFiles()
        self.signer = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
        self.previous = ""
        self.clock = StillClock()
        self.copies: list[CheckpointCopy] = []
        self.sealer = self.another()

    def another(self, signer: SigningKey | None = None) -> Sealer:
        """The sealer of another process."""
        signer = signer or self.signer
        return Sealer(
            log=self.store.recorder,
            states=self.states,
            begin=lambda: self.states.begin(
                first_state("host", self.store.events, self.signer.public_key)._replace(previous=self.previous)
            ),
            files=self.files,
            signer=signer,
            clock=self.clock,
            copies=self.copies,
            holder="sealer:a:1",
        )

    def grow(self, events: int) -> None:
        self.store.recorder.insert_events(
            [event for _ in range(events) for event in self.store.events.pending(pending_run())]
        )

    def seal(self) -> SealState:
        state = self.sealer.seal()
        assert state is not None
        return state

    def checkpoint(self) -> Checkpoint:
        """The published one, verified."""
        state = self.states.get()
        assert state is not None
        return read_checkpoint(self.files.kept["checkpoint"].decode(), verifier_key(state), verify)

    def expected_root(self, size: int) -> bytes:
        rows = self.store.recorder.events_after(0, size)
        leaves = [
            Leaf(index, position, id, version, topic, digest_of(state)).entry
            for index, (position, id, version, topic, state) in enumerate(rows)
        ]
        return root_of([leaf_hash(leaf) for leaf in leaves])
