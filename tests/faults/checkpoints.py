"""Checkpoints as they are published while processes are killed: kept, to be held against the log at the end."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from application.audit.consistency import must_contain
from application.audit.leaves import every_batch
from domain.audit.checkpoint import Checkpoint
from domain.audit.signed_note import NoteRefused
from domain.errors import SealBroken
from interfaces.composition.stores import Stores

LOOK_SECONDS = 0.01

COMPARED = 20
"""Checkpoints that the log is read for again, of all that were published."""


class Checkpoints:
    """Reads the published file again and again."""

    def __init__(self, data: Path) -> None:
        self._file = data / "audit" / "checkpoint"
        self._found: dict[Checkpoint, None] = {}
        self._torn = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="checkpoints", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    @property
    def published(self) -> int:
        return len(self._found)

    def contradictions(self, stores: Stores) -> Sequence[str]:
        """Files that were no checkpoint, sizes with two roots, and checkpoints that the log does not contain."""
        wrong = [f"{self._torn} files were no checkpoint"] * bool(self._torn)
        roots: dict[int, bytes] = {}
        for one in self._found:
            if roots.setdefault(one.size, one.root) != one.root:
                wrong.append(f"size {one.size} has two roots")
        state = stores.store.seal_states.get()
        for one in list(self._found)[:: max(1, len(self._found) // COMPARED)]:
            try:
                assert state is not None
                must_contain(every_batch(stores.store.recorder), state, one)
            except SealBroken as broken:
                wrong.append(str(broken))
        return wrong

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            self._look(self._file)

    def _look(self, file: Path) -> None:
        try:
            self._found[Checkpoint.parse(file.read_text())] = None
        except FileNotFoundError:
            pass
        except NoteRefused:
            self._torn += 1
