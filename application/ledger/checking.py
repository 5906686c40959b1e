"""The ledger check: which versions cannot be read, and which loads would bring their rows back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from application.health.findings import Finding, look, wrong
from application.ledger.versions import kept_from, new_versions
from application.log.event_store import EventStore
from application.ports.ledger import LedgerInspector
from domain.errors.ledger import printable
from domain.ledger.ledger import Ledger, PinnedLedger
from domain.ledger.new_version import NewVersion
from domain.ledger.tables import METADATA_ENDING


@dataclass(frozen=True, slots=True)
class LostFile:
    """A source file with rows that the current version lacks. table: the one to load it into"""

    table: str
    file: str


@dataclass(frozen=True, slots=True)
class DamagedLoad:
    """A load into one table, or a compaction of it, that cannot be read as it was written.

    version     of the ledger
    files       paths of those that are missing or were changed
    is_current  whether the table is as it was left then
    """

    version: int
    table: str
    files: tuple[str, ...]
    load_again: tuple[LostFile, ...]
    is_current: bool = False


class LedgerCheck:
    def __init__(self, events: EventStore, inspector: LedgerInspector) -> None:
        self._events = events
        self._inspector = inspector

    def damaged_loads(
        self, livemode: bool, progress: Callable[[str, float], None] = lambda table, part: None
    ) -> list[DamagedLoad]:
        """Every load with files that are missing or were changed, table by table, oldest first.

        progress  called with each table before it is looked at, and the part of the tables that is done
        """
        loads = new_versions(self._events, livemode)
        tables = _tables(loads)
        found: list[DamagedLoad] = []
        for done, table in enumerate(tables):
            progress(table, done / len(tables))
            found += self._damaged(livemode, table, loads)
        return found

    def damaged_files(self, ledger: PinnedLedger) -> list[str]:
        """The files of one version that are missing, or were changed as far as the inspector looks."""
        damage = (self._inspector.damage(ledger.livemode, table, version) for table, version in ledger.tables.items())
        return [file for one in damage if one is not None for file in one.files]

    def _damaged(self, livemode: bool, table: str, loads: Sequence[NewVersion]) -> Iterator[DamagedLoad]:
        kept = self._kept(livemode, table, loads)
        first = kept_from(loads)
        before = None
        for place, load in enumerate(loads):
            version = load.tables.get(table)
            if version is None or version == before or load.originator_version < first:
                continue
            bringers = [load] if before is not None else loads[: place + 1]  # the first has the rows of all before it
            before = version
            damage = self._inspector.damage(livemode, table, version)
            if damage is not None:
                lost = () if version in kept else _not_repeated(bringers, table, loads, kept)
                is_current = version == loads[-1].tables[table]
                yield DamagedLoad(load.originator_version, table, damage.files, lost, is_current)

    def _kept(self, livemode: bool, table: str, loads: Sequence[NewVersion]) -> frozenset[int]:
        """The versions with rows that readers see now; none when the current version cannot be read."""
        current = loads[-1].tables[table]
        if self._inspector.damage(livemode, table, current) is not None:
            return frozenset()
        return self._inspector.lineage(livemode, table, current)


def damage_of_ledger(mode: str, damaged: Sequence[DamagedLoad]) -> Finding:
    """The finding about damaged loads: names versions and files, and says what to do."""
    files = list(dict.fromkeys(file for load in damaged for file in load.files))
    numbers = [str(version) for version in sorted({load.version for load in damaged})]
    versions = f"version{'s' if len(numbers) > 1 else ''} {', '.join(numbers)} cannot be read"
    again = dict.fromkeys(
        f"{lost.table} {printable(lost.file)}"
        for load in sorted(damaged, key=lambda load: load.version)
        for lost in load.load_again
    )
    named = f"a file as it was written, {files[0]}" if len(files) == 1 else _several(files)
    state = f"The {mode} ledger lacks {named}: {versions}."
    if again:
        return wrong(
            f"{state} Load again, in this order: {', '.join(again)}. "
            "Until then `reportrun ledger repair` goes back to what can be read."
        )
    if any(load.is_current for load in damaged):
        return wrong(f"{state} `reportrun ledger repair` goes back to a version with the same rows.")
    return look(f"{state} Their rows are in the current version; reports on these versions cannot be made again.")


def damage_of_current(mode: str, files: Sequence[str]) -> Finding:
    """The finding about files that the current version of a ledger lacks."""
    named = f"a file as it was written, {files[0]}" if len(files) == 1 else _several(files)
    return wrong(
        f"The {mode} ledger lacks {named}: its current version cannot be read. "
        "`reportrun doctor --deep` says what to load again."
    )


def _several(files: Sequence[str]) -> str:
    return f"{len(files)} files as they were written, such as {files[0]}"


def _tables(loads: Sequence[NewVersion]) -> Sequence[str]:
    return list(loads[-1].tables) if loads else []


def _not_repeated(
    bringers: Sequence[NewVersion], table: str, loads: Sequence[NewVersion], kept: frozenset[int]
) -> tuple[LostFile, ...]:
    """The files of loads that no later visible load has brought again."""
    repeated = {
        file["sha256"]
        for later in loads
        if later.originator_version > bringers[-1].originator_version and later.tables.get(table) in kept
        for file in _files_into(later, table)
    }
    return tuple(
        LostFile(_loaded_as(load, file), file["file"])
        for load in bringers
        for file in _files_into(load, table)
        if file["sha256"] not in repeated
    )


def _files_into(load: NewVersion, table: str) -> list[dict[str, Any]]:
    """The files of a load that wrote to a table: its own, and those of the metadata of its objects."""
    return [file for file in _files(load) if file["table"] in (table, f"{table}{METADATA_ENDING}")]


def _files(load: NewVersion) -> list[dict[str, Any]]:
    return load.files if isinstance(load, Ledger.Loaded) else []


def _loaded_as(load: NewVersion, file: Mapping[str, Any]) -> str:
    """The table that a file was loaded as: one with transfers may hold payouts, too, which are counted apart."""
    parts = {part["table"] for part in _files(load) if (part["file"], part["sha256"]) == (file["file"], file["sha256"])}
    return "transfers" if parts == {"payouts", "transfers"} else str(file["table"])
