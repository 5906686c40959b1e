"""What readers of views in memory see at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Snapshot:
    """View -> its rows by key, and view -> its position."""

    rows: dict[str, dict[Any, Any]]
    positions: dict[str, int]

    @classmethod
    def empty(cls, names: Sequence[str]) -> Snapshot:
        return cls({name: {} for name in names}, dict.fromkeys(names, 0))

    def copy(self) -> Snapshot:
        return Snapshot({name: dict(rows) for name, rows in self.rows.items()}, dict(self.positions))


class Snapshots(Protocol):
    """shown: what readers see; draft: what the unit of work has written."""

    @property
    def shown(self) -> Snapshot: ...

    @property
    def draft(self) -> Snapshot: ...
