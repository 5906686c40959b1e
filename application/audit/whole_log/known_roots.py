"""The roots that a log must have: those of the checkpoints that are known of it, and the root of what is read now."""

from __future__ import annotations

from collections.abc import Iterable

from application.audit.timestamps.stamped_checkpoints import StampedCheckpoint
from application.audit.whole_log.differences import Difference
from domain.audit.checkpoint import Checkpoint
from domain.audit.merkle import root_of
from domain.audit.tiles import WIDTH


class RunningRoot:
    """The root over hashes that come one by one. Those of each full tile are kept as one."""

    def __init__(self) -> None:
        self._tiles: list[bytes] = []
        self._last: list[bytes] = []

    def add(self, hash: bytes | None) -> None:
        self._last.append(hash or b"")
        if len(self._last) == WIDTH:
            self._tiles.append(root_of(self._last))
            self._last = []

    def hex(self) -> str:
        return root_of(self._tiles + ([root_of(self._last)] if self._last else [])).hex()


class KnownRoots:
    """Compares a growing log with its newest checkpoint, and with those that have a timestamp."""

    def __init__(self, newest: Iterable[tuple[Checkpoint, str]], stamped: Iterable[StampedCheckpoint]) -> None:
        """newest: as it stands in several places, each with what it is called"""
        named = [(one.checkpoint, f"checkpoint with the timestamp of {one.stamp.at:%Y-%m-%d}") for one in stamped]
        self._waiting: dict[int, list[tuple[Checkpoint, str]]] = {}
        for checkpoint, name in [*newest, *named]:
            if checkpoint is not None:
                self._waiting.setdefault(checkpoint.size, []).append((checkpoint, name))
        self._other: Difference | None = None

    def compare(self, size: int, root: RunningRoot) -> None:
        for checkpoint, name in self._waiting.pop(size, ()):
            if self._other is None and root.hex() != checkpoint.root.hex():
                self._other = _other_than(checkpoint, name)

    def difference(self) -> Difference | None:
        """The smallest checkpoint that the log does not lead to; None when it leads to all of them."""
        if self._other is None and self._waiting:
            self._other = _other_than(*self._waiting[min(self._waiting)][0])
        return self._other


def _other_than(checkpoint: Checkpoint, name: str) -> Difference:
    return Difference(
        None,
        f"The log leads to the root in the database, not to that of the {name} of {checkpoint.size:,} leaves: events, "
        "the database and the files were changed together.",
    )
