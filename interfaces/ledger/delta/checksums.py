"""Checksums of the files that a load wrote for one table, by its version, in `_checksums/` of the table's folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path


class Checksums:
    def __init__(self, table: Path) -> None:
        self._folder = table / "_checksums"

    def path_of(self, version: int) -> Path:
        return self._folder / f"{version:020d}.json"

    def write(self, version: int, sha256: Mapping[str, str]) -> Path:
        """Keep the digests of data files and log entries, by their paths in the table's folder."""
        self._folder.mkdir(exist_ok=True)
        path = self.path_of(version)
        path.write_text(json.dumps(dict(sha256), indent=0), encoding="utf-8")
        return path

    def all(self) -> dict[str, str]:
        """Path -> digest, of every file that is known."""
        known: dict[str, str] = {}
        for path in sorted(self._folder.glob("*.json")):
            known |= _read(path)
        return known


def _read(path: Path) -> dict[str, str]:
    try:
        facts = json.loads(path.read_bytes())
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}
