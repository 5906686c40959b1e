"""Local runs: a report that one command requests, carries out in its own process and hands over."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from application.access.administration import Administration
from application.ledger.missing_tables import missing_tables
from application.ledger.versions import pinned_version
from application.log.event_store import EventStore
from application.ports.claims import Claims
from application.ports.clock import Clock
from application.ports.ledger import LedgerLookup
from application.runs.execution import Execution
from application.runs.heartbeat import kept_claim
from application.runs.report_types import Offer
from application.runs.run_rules import RunRules
from application.views.files import FileList, FileRow
from application.views.runs import RunList
from domain.access.caller import Scope
from domain.errors import NotFound, ReportFailed, ResultDiffers
from domain.report_types.needed_tables import needed_tables, remedy
from domain.runs.report_run import PlannedOutcome, ReportRun
from domain.runs.run_parameters import separator_in

Watch = Callable[[ReportRun], AbstractContextManager[Callable[[float], None]]]
"""Entered when a run has been stored, left when its attempt has ended; gives the callback for its progress."""


@dataclass(frozen=True, slots=True)
class MadeAgain:
    """A file that was made again, equal to the one on record.

    engine, engine_on_record  what made it now, and what had made it then
    """

    on_record: ReportRun.Succeeded
    engine: str
    engine_on_record: str


class LocalRuns:
    """Requests runs and carries them out, without a server or a worker."""

    def __init__(
        self,
        *,
        events: EventStore,
        runs: RunList,
        files: FileList,
        catch_up: Callable[[], object],
        claims: Claims,
        administration: Administration,
        rules: RunRules,
        execution: Execution,
        lookup: LedgerLookup,
        clock: Clock,
        person: str,
        worker: str,
        lease_seconds: float,
    ) -> None:
        """person, worker  the actors of the events: who asks, and the process that computes"""
        self._events = events
        self._runs = runs
        self._files = files
        self._catch_up = catch_up
        self._claims = claims
        self._administration = administration
        self._rules = rules
        self._execution = execution
        self._lookup = lookup
        self._clock = clock
        self._person = person
        self._worker = worker
        self._lease_seconds = lease_seconds

    def scope(self, account: str | None, *, livemode: bool) -> Scope:
        """The scope of an account; the platform's when None. Raises `NotFound`."""
        scope = Scope(account or self._administration.platform(), livemode)
        self._administration.must_exist(scope.account)
        self._catch_up()
        return scope

    def offer(self, scope: Scope, report_type: str) -> Offer:
        """The type that a run is to be of. Raises what says why it cannot be run."""
        return asyncio.run(self._rules.offer(scope, report_type))

    def make(
        self,
        scope: Scope,
        offer: Offer,
        given: Mapping[str, Any],
        watch: Watch,
        stopped: Callable[[], bool],
        plan: PlannedOutcome | None = None,
    ) -> FileRow:
        """Request a run, carry it out and give its file. A run that is stopped on the way is cancelled.

        given    raw parameters; without an interval the run is over all of the data
        plan     the outcome that the run ends with, in test mode
        stopped  whether the process has been asked to stop: libraries turn `KeyboardInterrupt` into other exceptions

        Raises what is wrong with the parameters, or `ReportFailed`.
        """
        run = self._requested(scope, offer, given)
        if plan is not None:
            run.plan(plan, actor=self._person, at=self._clock.now())
        try:
            self._carry_out(run, watch)
        except BaseException as trouble:
            if isinstance(trouble, KeyboardInterrupt) or stopped():
                self._cancel(run.id)
            raise
        return asyncio.run(self._file_of(scope, run.id))

    def why_empty(self, offer: Offer, file: FileRow) -> str:
        """The sentence about tables that a report without rows would need; empty when none is missing."""
        success = next(event for event in self._events.events_of(file.run_id) if isinstance(event, ReportRun.Succeeded))
        needed = needed_tables(offer.report_type)
        ledger = pinned_version(self._events, offer.livemode, success.ledger_version)
        if success.rows or not needed or ledger is None:
            return ""
        missing = missing_tables(needed, ledger, self._lookup)
        if not missing:
            return ""
        mode = "live" if offer.livemode else "test"
        return f"The report is empty, as the {mode} ledger has no rows of {' and '.join(missing)}. {remedy(missing)}"

    def make_again(self, run_id: str, target: Path, progress: Callable[[float], None]) -> MadeAgain:
        """Compute the file of a finished run once more, and give what is on record.

        Raises `ResultDiffers`, and what says why it cannot be computed.
        """
        on_record, engine = self._execution.make_again(run_id, target, progress)
        with target.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if sha256 != on_record.sha256:
            raise ResultDiffers(sha256, on_record.sha256)
        return MadeAgain(on_record, engine, on_record.engine or self._attempt_engine(run_id))

    def separator_of(self, run_id: str) -> str:
        """What stands before the decimals of amounts in the file of a run."""
        run = self._events.find(ReportRun, run_id)
        return separator_in(run.parameters if run is not None else {})

    def _attempt_engine(self, run_id: str) -> str:
        """The engine of the last attempt: older events of success do not name it."""
        attempts = [event for event in self._events.events_of(run_id) if isinstance(event, ReportRun.AttemptStarted)]
        return attempts[-1].engine if attempts else ""

    def _requested(self, scope: Scope, offer: Offer, given: Mapping[str, Any]) -> ReportRun:
        parameters = asyncio.run(self._rules.check(scope, offer, _with_whole_interval(offer, given)))
        return ReportRun.request(
            offer.report_type.id, parameters.as_sent, scope=scope, actor=self._person, at=self._clock.now()
        )

    def _carry_out(self, run: ReportRun, watch: Watch) -> None:
        """Lease the run before it is stored, so that no worker takes it."""
        self._claims.lease(run.id, run.scope.account, self._worker, self._lease_seconds)
        self._events.save(run)
        with kept_claim(self._claims, run.id, self._worker, self._lease_seconds), watch(run) as progress:
            outcome = self._execution.execute(run.id, progress)
        if outcome.again_after is None:
            self._claims.finish(run.id, self._worker)
        else:
            self._claims.release(run.id, self._worker)
        self._catch_up()

    def _cancel(self, run_id: str) -> None:
        unfinished = self._events.find(ReportRun, run_id)
        if unfinished is not None and not unfinished.is_finished:
            sentence = "The report was stopped by the person who asked for it."
            unfinished.fail(sentence, reason="stopped", actor=self._worker, at=self._clock.now())
            self._events.save(unfinished)
        self._catch_up()

    async def _file_of(self, scope: Scope, run_id: str) -> FileRow:
        finished = await self._runs.get(scope, run_id)
        if finished is None or finished.file_id is None:
            raise ReportFailed((finished and finished.error) or "The run has not finished; a worker will take it up.")
        file = await self._files.get(scope, finished.file_id)
        if file is None:
            raise NotFound("file upload", finished.file_id)
        return file


def _with_whole_interval(offer: Offer, given: Mapping[str, Any]) -> dict[str, Any]:
    """The raw parameters; an edge of the interval that is required and not given lies where the data ends."""
    raw = dict(given)
    for edge, default in (("interval_start", offer.window.start), ("interval_end", offer.window.end)):
        if edge in offer.report_type.required:
            raw.setdefault(edge, default)
    return raw
