"""Checks of an opened store: log, views, ledgers, custom reports, result files and keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from application.health import Finding, good, look, wrong
from application.ledger.checking import LedgerCheck, damage_of_ledger
from application.ledger.missing_tables import missing_tables
from application.log.damage import RecordDamaged
from application.log.event_store import EventStore
from application.log_findings import LogChecks
from application.ports.ledger import LedgerLookup
from application.ports.results import ResultStore
from application.views.api_keys import KeyList
from application.views.files import FileList, FileRow
from domain.errors import NotFound
from domain.instants import utc_text
from domain.ledger.ledger import Ledger
from domain.report_types.needed_tables import NEEDED, remedy

FILES_AT_ONCE = 50
"""Result files that are looked for concurrently: in a bucket each takes a round trip."""


@dataclass(frozen=True, slots=True)
class CustomReportsState:
    """The custom reports of an installation.

    setting_fault  why the settings name report types that do not exist; None when they do
    faults         a sentence for every file that is no report
    """

    folder: str
    ids: Sequence[str]
    faults: Sequence[str]
    setting_fault: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreChecks:
    """Looks at each part of an installation.

    log              checks the log of events
    catch_up         brings the views up to date, and gives the position that they have reached
    lookup           looks up rows of the ledger
    custom_reports   reads the custom reports
    queue            checks the queue of pending runs
    files_place      folder or address of the result files, for sentences
    only_reads       whether this user is not expected to make result files
    """

    events: EventStore
    log: LogChecks
    catch_up: Callable[[], int]
    files: FileList
    keys: KeyList
    ledger: LedgerCheck
    lookup: LedgerLookup
    custom_reports: Callable[[], CustomReportsState]
    results: ResultStore
    queue: Callable[[], Finding]
    files_place: str
    only_reads: bool = False

    def findings(self) -> Iterator[Finding]:
        """Raises `StoreUnavailable` after the finding that the log is damaged: the rest is made from it."""
        yield from self.log.findings()
        yield self._check_views()
        yield from self._check_ledgers()
        yield from self._check_reports()
        yield self._check_results()
        yield self._check_keys()
        yield self.queue()

    def _check_views(self) -> Finding:
        position = self.catch_up()
        behind = self.events.last_position() - position
        if behind < 0:
            return wrong("The views hold events that the log does not have. `reportrun rebuild` makes them again.")
        if behind > 0:
            return look(f"The views are {behind:,} events behind the log. `reportrun rebuild` makes them again.")
        return good("The views hold every event.")

    def _check_ledgers(self) -> Iterator[Finding]:
        for mode, livemode in (("test", False), ("live", True)):
            try:
                yield from self._check_ledger(mode, livemode)
            except RecordDamaged as damage:
                yield wrong(f"The {mode} ledger cannot be used. {damage}")

    def _check_ledger(self, mode: str, livemode: bool) -> Iterator[Finding]:
        damaged = self.ledger.damaged_loads(livemode)
        if damaged:
            yield damage_of_ledger(mode, damaged)
        if not any(load.load_again for load in damaged):
            ledger = self.events.find(Ledger, Ledger.id_of(livemode))
            yield self._describe_ledger(mode, ledger)
            yield from self._check_tables(mode, ledger)

    def _describe_ledger(self, mode: str, ledger: Ledger | None) -> Finding:
        if ledger is None or ledger.window is None:
            return look(f"The {mode} ledger is empty. `reportrun load` fills it; `reportrun demo` loads an example.")
        return good(
            f"The {mode} ledger is at version {ledger.version} with {len(ledger.tables)} tables, "
            f"from {utc_text(ledger.window.start)} through {utc_text(ledger.window.end)}."
        )

    def _check_tables(self, mode: str, ledger: Ledger | None) -> Iterator[Finding]:
        if ledger is None or "balance_transactions" not in ledger.tables:
            return
        missing = missing_tables(NEEDED, ledger.pinned(), self.lookup)
        if missing:
            yield look(
                f"The {mode} ledger has no rows of {' and '.join(missing)}, without which payout reconciliation "
                f"reports are empty. {remedy(missing)}"
            )

    def _check_reports(self) -> Iterator[Finding]:
        reports = self.custom_reports()
        if reports.setting_fault is not None:
            yield wrong(f"{reports.setting_fault} Mend the setting: until then no server and no worker starts.")
        for fault in reports.faults:
            yield wrong(f"{fault} The others are offered. Mend it, and start again what is running.")
        if reports.folder and reports.ids:
            yield good(f"{reports.folder} has {len(reports.ids)} report types: {', '.join(reports.ids)}.")

    def _check_results(self) -> Finding:
        try:
            self._make_result()
        except OSError as trouble:
            return wrong(f"No result file can be made for {self.files_place}: {trouble.strerror}. Name another place.")
        missing = asyncio.run(self._runs_without_file())
        if missing:
            return wrong(
                f"{self.files_place} lacks {len(missing):,} result files, such as that of {missing[0]}. "
                "Restore them, or ask for these reports again."
            )
        return good(f"Result files are kept in {self.files_place}.")

    def _make_result(self) -> None:
        if not self.only_reads:
            with self.results.workspace() as made:
                made.touch()

    async def _runs_without_file(self) -> list[str]:
        """The runs that have succeeded and have a file that is gone, or cut short."""
        missing: list[str] = []
        last = ""
        while some := await self.files.by_id(after=last, limit=FILES_AT_ONCE):
            found = await asyncio.gather(*map(self._is_whole, some))
            missing += [file.run_id for file, whole in zip(some, found, strict=True) if not whole]
            last = some[-1].id
        return missing

    async def _is_whole(self, file: FileRow) -> bool:
        try:
            return [chunk async for chunk in self.results.read(file.id, file.size - 1, 1)] != []
        except NotFound:
            return False

    def _check_keys(self) -> Finding:
        working = [key for key in asyncio.run(self.keys.all()) if key.revoked_at is None]
        if working:
            return good(f"There are {len(working)} keys.")
        return look("There is no key, so nobody can call. `reportrun keys create` makes one.")
