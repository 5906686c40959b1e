"""The Delta log of a table in a folder: which entries are damaged, and replacements for them.

Delta readers take an empty log entry for a commit without changes, so a log that a power cut has damaged must be found
here. A damaged entry is replaced by one that adds a file that does not exist: its version stays unreadable instead of
showing other rows, its number is not given twice, and later versions can be committed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

_NEVER_WRITTEN = "damaged-"
"""Prefix of the files that replacements of log entries add."""

_REPAIR = "REPAIR"

_ENTRY = re.compile(r"(\d{20})\.json")

_CHECKPOINT = re.compile(r"(\d{20})\.checkpoint.*\.parquet")

_LAST_CHECKPOINT = "_last_checkpoint"


def is_never_written(path: str) -> bool:
    return path.startswith(_NEVER_WRITTEN)


class TableLog:
    def __init__(self, table: Path) -> None:
        self._folder = table / "_delta_log"
        self._aside = table / "_damaged_log"

    def entry(self, version: int) -> Path:
        return self._folder / f"{version:020d}.json"

    def latest(self) -> int:
        """The highest version that has an entry; -1 for none."""
        return max((number for number, _ in self._numbered(_ENTRY)), default=-1)

    def damaged(self, version: int) -> list[Path]:
        """The entries that a version is read from and that are missing, empty or no JSON at their first byte."""
        return [entry for entry in self.entries_of(version) if not _looks_whole(entry)]

    def entries_of(self, version: int) -> list[Path]:
        """The entries that a version is read from: those after the last checkpoint before it, or all."""
        points = (point for point in sorted(self._numbered(_CHECKPOINT), reverse=True) if point[0] <= version)
        last = next((number for number, name in points if is_parquet(self._folder / name)), -1)
        return [self.entry(number) for number in range(last + 1, version + 1)]

    def checkpoints(self, after: int = -1) -> list[Path]:
        """The checkpoints of the versions after one, and the pointer to the last."""
        return [*self._checkpoints(after), *self._folder.glob(_LAST_CHECKPOINT)]

    def set_broken_checkpoints_aside(self) -> None:
        """Leave readers to the entries, which say the same."""
        broken = [path for path in self._checkpoints() if not is_parquet(path)]
        if broken:
            self._set_aside([*broken, *self._folder.glob(_LAST_CHECKPOINT)])

    def _checkpoints(self, after: int = -1) -> list[Path]:
        return [self._folder / name for number, name in self._numbered(_CHECKPOINT) if number > after]

    def _numbered(self, pattern: re.Pattern[str]) -> list[tuple[int, str]]:
        """The names in the log's folder that match, with the version that each is of; fast for a long log."""
        try:
            names = os.listdir(self._folder)  # noqa: PTH208 - names, not paths
        except (FileNotFoundError, NotADirectoryError, PermissionError):  # reading the table says why
            return []
        return [(int(found[1]), name) for name in names if (found := pattern.fullmatch(name))]

    def _set_aside(self, paths: Iterable[Path]) -> None:
        self._aside.mkdir(exist_ok=True)
        for path in paths:
            if path.exists():
                path.replace(self._aside / path.name)

    def is_replacement(self, entry: Path) -> bool:
        try:
            first = json.loads(entry.read_bytes().partition(b"\n")[0])
        except (OSError, ValueError):
            return False
        return isinstance(first, dict) and first.get("commitInfo", {}).get("operation") == _REPAIR

    def replace_damaged(self, version: int, create: Callable[[Path], object], also: list[Path] | None = None) -> None:
        """Replace every damaged entry up to a version and up to the latest.

        create  makes an empty table in a folder: the contents of version 0
        also    entries that are damaged though they look whole
        """
        last = max(version, self.latest())
        damaged = {*self.damaged(last), *(also or [])}
        if not damaged:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        self._set_aside(self.checkpoints(after=int(min(damaged).stem) - 1))
        damaged |= {*self.damaged(last)}  # entries that those checkpoints stood for
        self._set_aside(damaged)
        for entry in sorted(damaged):
            actions = self._creation(create) if int(entry.stem) == 0 else [_added(f"{_NEVER_WRITTEN}{entry.stem}")]
            lines = [{"commitInfo": {"timestamp": 0, "operation": _REPAIR}}, *actions]
            entry.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")

    def _creation(self, create: Callable[[Path], object]) -> list[dict[str, object]]:
        """The actions of version 0 of an empty table."""
        scratch = self._aside / "created"
        create(scratch)
        lines = map(json.loads, TableLog(scratch).entry(0).read_text("utf-8").splitlines())
        shutil.rmtree(scratch)
        return [action for action in lines if "commitInfo" not in action]


def _looks_whole(entry: Path) -> bool:
    try:
        with entry.open("rb") as file:
            return file.read(1) == b"{"
    except FileNotFoundError:
        return False


def is_parquet(path: Path) -> bool:
    """Whether a file begins and ends as Parquet does."""
    try:
        with path.open("rb") as file:
            begin = file.read(4)
            file.seek(-4, os.SEEK_END)
            return begin == file.read(4) == b"PAR1"
    except OSError:
        return False


def _added(path: str) -> dict[str, object]:
    return {"add": {"path": path, "partitionValues": {}, "size": 0, "modificationTime": 0, "dataChange": True}}
