"""Vacuum: the files of old versions are removed, and no version that is kept loses any."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from application.ledger.ledger_changes import LedgerChanges
from application.ledger.pinned_versions import PinnedVersions, pinned_versions
from application.ledger.versions import new_versions, versions_of
from application.ports.ledger import VacuumOutcome
from domain.errors import LedgerRefused
from domain.ledger.ledger import Ledger, PinnedLedger
from domain.ledger.new_version import NewVersion

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Keep:
    """Which versions stay: the newest ones, or those that were read within a time. One of both.

    versions  how many of the newest, 1 or more; one that a vacuum made does not count
    days      the version that was read this many days ago, and all after it
    """

    versions: int | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class VacuumLedger:
    """Remove the files of a ledger's old versions.

    including_pinned  also of versions that finished runs have read: their files can then not be made again
    """

    livemode: bool
    keep: Keep
    including_pinned: bool = False


@dataclass(frozen=True, slots=True)
class Vacuumed:
    """The result of a vacuum.

    version    of the ledger; 0 for one that nothing was loaded into
    kept_from  the first version that is kept
    in_work    versions that would not be kept, if no run were reading them
    """

    version: int
    kept_from: int
    in_work: Sequence[int]
    removed: VacuumOutcome


class LedgerVacuum:
    """Vacuums ledgers, between loads."""

    def __init__(self, changes: LedgerChanges) -> None:
        self._changes = changes

    def vacuum(self, command: VacuumLedger, progress: Progress = lambda what, part: None) -> Vacuumed:
        """Record the vacuum, then remove files: a vacuum that is interrupted is completed by the next.

        A backup that begins meanwhile either reads the recorded vacuum, or is seen before files are removed.

        Raises `LedgerRefused` when finished runs pin a version that would go, or while a backup copies the files;
        `LedgerBusy` while a load runs.
        """
        changes = self._changes
        changes.writer.must_not_be_held()
        with changes.exclusive(command.livemode):
            ledger = changes.find(command.livemode)
            versions = new_versions(changes.events, command.livemode)
            if ledger is None or not versions:
                return Vacuumed(0, 0, (), VacuumOutcome())
            before = [PinnedLedger(command.livemode, one.originator_version, one.tables) for one in versions]
            wanted = max(self._first_to_keep(versions, command.keep), ledger.kept_from)
            pins = pinned_versions(changes.events, command.livemode, progress)
            in_work = sorted(version for version in pins.in_work if ledger.kept_from <= version < wanted)
            first = min([wanted, *in_work])
            runs = _runs_that_read(pins, before, ledger.kept_from, first)
            if runs and not command.including_pinned:
                raise _pinned(command.livemode, first, runs)
            if ledger.record_vacuum(kept_from=first, runs=runs, actor=changes.actor, at=changes.clock.now()):
                changes.save(ledger)
            changes.writer.must_not_be_held()
            kept = versions_of(changes.events, command.livemode)
            removed = changes.writer.vacuum(kept, [one for one in before if one.version < first], progress)
        return Vacuumed(ledger.version, first, in_work, removed)

    def _first_to_keep(self, versions: Sequence[NewVersion], keep: Keep) -> int:
        if keep.versions is not None:
            counted = [one for one in versions if not isinstance(one, Ledger.Vacuumed)]
            return counted[-min(keep.versions, len(counted))].originator_version
        then = self._changes.clock.now() - timedelta(days=keep.days or 0)
        before = [one for one in versions if one.timestamp <= then]
        return (before[-1] if before else versions[0]).originator_version


def _runs_that_read(pins: PinnedVersions, versions: Sequence[PinnedLedger], first: int, end: int) -> int:
    """How many finished runs read a version with tables from `first` up to `end`."""
    with_tables = {one.version for one in versions if one.tables and first <= one.version < end}
    return sum(runs for version, runs in pins.finished.items() if version in with_tables)


def _pinned(livemode: bool, first: int, runs: int) -> LedgerRefused:
    mode = "live" if livemode else "test"
    read = "1 run has" if runs == 1 else f"{runs:,} runs have"
    return LedgerRefused(
        f"{read} read versions of the {mode} ledger before {first}, and their files could not be made again "
        "(`reportrun run --as-of-run`). Keep more versions, or say `--including-pinned`."
    )
