"""Checks of an opened store: log, views, ledgers, custom reports, result files and keys; a summary, or thorough."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from application.health.findings import Finding, good, look, wrong
from application.health.log_findings import LogChecks
from application.health.result_checks import ResultChecks
from application.ledger.checking import LedgerCheck, damage_of_current, damage_of_ledger
from application.ledger.missing_tables import missing_tables
from application.log.damage import RecordDamaged
from application.log.event_store import EventStore
from application.ports.clock import Clock
from application.ports.ledger import LedgerLookup
from application.views.api_keys import KeyList
from domain.access.api_key import KeyKind
from domain.counting import counted
from domain.errors import StoreUnavailable
from domain.instants import utc_text
from domain.ledger.ledger import Ledger
from domain.ledger.tables import WINDOWED
from domain.report_types.needed_tables import NEEDED, remedy

MOST_APPLIED_EVENTS = 10_000
"""How many events a summary applies to views that are behind: a fraction of a second."""


Progress = Callable[[str, float], None]


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

    log             checks the log of events
    views_position  gives the position that the views have reached
    catch_up        brings the views up to date, and gives the position that they have reached
    lookup          looks up rows of the ledger
    custom_reports  reads the custom reports
    must_reach_ledger   raises `StoreUnavailable` when the bucket of one mode's ledger cannot be reached
    queue           checks the queue of pending runs
    engine_server   checks the server for large reports, if there is one
    work            says how many runs are pending, and which workers are alive
    webhooks        looks at webhook endpoints
    seal            compares the log with what was sealed of it
    deep            read what is stored, however much; else a summary, whose time does not grow with it
    progress        called with what is being looked at, and the part of it that is done
    """

    events: EventStore
    log: LogChecks
    views_position: Callable[[], int]
    catch_up: Callable[[], int]
    keys: KeyList
    clock: Clock
    ledger: LedgerCheck
    lookup: LedgerLookup
    custom_reports: Callable[[], CustomReportsState]
    results: ResultChecks
    must_reach_ledger: Callable[[bool], None]
    queue: Callable[[], Finding]
    work: Callable[[], Finding]
    webhooks: Callable[[], Iterable[Finding]] = tuple
    seal: Callable[[], Iterable[Finding]] = tuple
    engine_server: Callable[[], Iterable[Finding]] = tuple
    deep: bool = False
    progress: Progress = lambda words, part: None

    def findings(self) -> Iterator[Finding]:
        """Raises `StoreUnavailable` after the finding that the log is damaged: the rest is made from it."""
        yield from self.log.findings()
        yield from self.seal()
        yield self._check_views()
        yield from self._check_ledgers()
        yield from self._check_reports()
        yield from self._check_results()
        yield self._check_keys()
        yield from self.webhooks()
        yield from self.engine_server()
        if self._has_few_to_apply():  # the check of the queue brings the views up to date, too
            yield self.queue()
            yield self.work()

    def _has_few_to_apply(self) -> bool:
        return self.deep or self.events.last_position() - self.views_position() <= MOST_APPLIED_EVENTS

    def _check_views(self) -> Finding:
        if not self._has_few_to_apply():
            behind = self.events.last_position() - self.views_position()
            return look(
                f"The views are {counted(behind, 'event')} behind the log, so the queue of pending runs was not "
                "checked, and keys and result files may be missing below. A server, or `--deep`, brings them up to "
                "date."
            )
        behind = self.events.last_position() - self.catch_up()
        if behind < 0:
            return wrong("The views hold events that the log does not have. `reportrun rebuild` makes them again.")
        if behind > 0:
            return look(
                f"The views are {counted(behind, 'event')} behind the log. `reportrun rebuild` makes them again."
            )
        return good("The views hold every event.")

    def _check_ledgers(self) -> Iterator[Finding]:
        for mode, livemode in (("test", False), ("live", True)):
            try:
                yield from self._check_ledger(mode, livemode)
            except RecordDamaged as damage:
                yield wrong(f"The {mode} ledger cannot be used. {damage}")
            except StoreUnavailable as trouble:  # an outage of its bucket is no fault of the rest
                yield wrong(str(trouble))

    def _check_ledger(self, mode: str, livemode: bool) -> Iterator[Finding]:
        ledger = self.events.find(Ledger, Ledger.id_of(livemode))
        if ledger is not None:
            self.must_reach_ledger(livemode)
        damage, is_readable = self._damage_of(mode, livemode, ledger)
        yield from damage
        if is_readable:
            yield self._describe_ledger(mode, ledger)
            yield from self._check_tables(mode, ledger)

    def _damage_of(self, mode: str, livemode: bool, ledger: Ledger | None) -> tuple[list[Finding], bool]:
        """What is wrong with a ledger's files, and whether its current version can be read."""
        if self.deep:
            damaged = self.ledger.damaged_loads(livemode, lambda table, part: self.progress(f"{mode} {table}", part))
            findings = [damage_of_ledger(mode, damaged)] if damaged else []
            return findings, not any(load.load_again or load.is_current for load in damaged)
        files = self.ledger.damaged_files(ledger.pinned()) if ledger else []
        return [damage_of_current(mode, files)] if files else [], not files

    def _describe_ledger(self, mode: str, ledger: Ledger | None) -> Finding:
        if ledger is None or not ledger.tables:
            return look(f"The {mode} ledger is empty. `reportrun load` fills it; `reportrun demo` loads an example.")
        tables = f"The {mode} ledger is at version {ledger.version} with {counted(len(ledger.tables), 'table')}"
        if ledger.window is None:
            return look(
                f"{tables} ({', '.join(ledger.tables)}), and reports need one of {', '.join(WINDOWED)}: its rows say "
                "from when until when there is data. `reportrun load` adds one."
            )
        not_read = "" if self.deep else " Its files are there, and were not read: see `--deep`."
        return good(f"{tables}, from {utc_text(ledger.window.start)} through {utc_text(ledger.window.end)}.{not_read}")

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
            yield good(f"{reports.folder} has {counted(len(reports.ids), 'report type')}: {', '.join(reports.ids)}.")

    def _check_results(self) -> list[Finding]:
        try:
            return self.results.thorough(self._read_results) if self.deep else [self.results.summary()]
        except StoreUnavailable as trouble:
            return [wrong(str(trouble))]

    def _read_results(self, files: int) -> None:
        self.progress(counted(files, "result file"), 0.0)

    def _check_keys(self) -> Finding:
        now, every = self.clock.now().timestamp(), asyncio.run(self.keys.all())
        working = [key for key in every if not key.has_ended(now) and key.kind != KeyKind.PUBLISHABLE]
        if working:
            return good(f"There {'is' if len(working) == 1 else 'are'} {counted(len(working), 'key')}.")
        no_key = "There is no key that works" if every else "There is no key"
        return look(f"{no_key}, so every call is refused. `reportrun keys create` makes one.")
