"""Execution of one run: from a claim to a file or a sentence."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from eventsourcing.persistence import IntegrityError
from eventsourcing.utils import TopicError

from application.ledger.versions import must_be_kept, newest_version, pinned_version
from application.log.damage import RecordDamaged
from application.log.event_store import EventStore
from application.ports.clock import Clock
from application.ports.engine import ReportEngine, ReportOrder, WrittenReport
from application.ports.results import ResultStore, StoredResult
from application.runs.run_log import about, about_run, log_failure, log_success
from domain.access.caller import Scope
from domain.errors import InvalidParameter, NotFound, ReportFailed, RunAlreadyFinished
from domain.ids import random_id
from domain.ledger.ledger import PinnedLedger
from domain.report_types import Catalogue, ReportType
from domain.runs.report_run import ReportRun, ResultFile, filename_of
from domain.runs.run_parameters import RunParameters, check_parameters

log = logging.getLogger("reportrun.worker")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one attempt.

    again_after  seconds until another may be made; None when the run has finished
    """

    again_after: float | None = None


FINISHED = Outcome()
AT_ONCE = Outcome(0.0)
"""After a conflict with another worker: only another look tells whether the run has finished."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one attempt may take, how many a run gets, and how long it waits between two."""

    attempt_seconds: float = 3600.0
    attempts: int = 3
    retry_delay_seconds: float = 5.0


class Execution:
    """Carries out runs, one at a time, as one worker."""

    def __init__(
        self,
        *,
        events: EventStore,
        catalogue: Catalogue,
        engine: ReportEngine,
        results: ResultStore,
        clock: Clock,
        worker: str,
        limits: Limits,
        connected_to: Callable[[str], Sequence[str]],
    ) -> None:
        """connected_to  gives the accounts that are connected to a platform, as the log has them now"""
        self._events = events
        self._catalogue = catalogue
        self._engine = engine
        self._results = results
        self._clock = clock
        self._worker = worker
        self._limits = limits
        self._connected_to = connected_to

    def execute(self, run_id: str, progress: Callable[[float], None] = lambda part: None) -> Outcome:
        """Make one attempt at a run. Afterwards the run is finished, or a later attempt may finish it."""
        try:
            found = self._to_work_on(run_id)
            return found if isinstance(found, Outcome) else self._attempt_or_give_up(found, progress)
        except RunAlreadyFinished:
            log.info("Another worker has finished the run.", extra=about(run_id))
            return FINISHED
        except IntegrityError:
            log.info("Another worker was first.", extra=about(run_id))
            return AT_ONCE
        except RecordDamaged as damage:  # other runs go on
            log.warning("The run is left alone. %s", damage, extra=about(run_id))
            return Outcome(self._limits.retry_delay_seconds)

    def _attempt_or_give_up(self, run: ReportRun, progress: Callable[[float], None]) -> Outcome:
        if run.used_attempts >= self._limits.attempts:
            return self._fail(run, self._gave_up(run))
        try:
            ledger = newest_version(self._events, run.scope.livemode)
        except RecordDamaged as damage:
            if self._is_younger_than_an_attempt(run):  # the ledger's record may be restored
                raise
            return self._fail(run, _ledger_damaged(damage))
        return self._attempt(run, ledger, progress)

    def _to_work_on(self, run_id: str) -> ReportRun | Outcome:
        """The run, when an attempt at it may be made now."""
        later = Outcome(self._limits.retry_delay_seconds)
        try:
            run = self._events.find(ReportRun, run_id)
        except TopicError:
            log.warning("The run has events of a later version: workers of that version do it.", extra=about(run_id))
            return later
        if run is None:
            log.warning("The run is in the list of runs, and not in the log.", extra=about(run_id))
            return later
        if run.is_finished:
            return FINISHED
        wait = run.seconds_to_wait(self._clock.now()) if run.planned.delay_seconds else 0
        return Outcome(wait) if wait > 0 else run

    def hand_back(self, run_id: str) -> None:
        """Record that this worker gives up its current attempt, which does not count.

        An attempt at a custom report counts, as if the worker had died: its SQL may be what keeps workers from ending,
        and would be handed from one to the next without end.
        """
        run = self._events.find(ReportRun, run_id)
        if run is not None and not self._is_custom(run):
            run.hand_back(actor=self._worker, at=self._clock.now())
            self._events.save(run)

    def make_again(
        self, run_id: str, target: Path, progress: Callable[[float], None]
    ) -> tuple[ReportRun.Succeeded, str]:
        """Compute the file of a finished run once more, from the ledger as it was then.

        Gives what is on record, and the engine that made the file this time.

        Raises `NotFound` for a run that has no result, `ReportFailed` when it cannot be computed.
        """
        success = next((e for e in self._events.events_of(run_id) if isinstance(e, ReportRun.Succeeded)), None)
        run = self._events.find(ReportRun, run_id)
        if run is None or success is None:
            raise NotFound("report run with a result", run_id)
        if "parameters" in run.erased:
            raise ReportFailed(f"The parameters of {run_id} were erased, so its file cannot be made again.", "erased")
        ledger = pinned_version(self._events, success.livemode, success.ledger_version)
        if ledger is None:
            raise NotFound("ledger version", str(success.ledger_version))
        must_be_kept(self._events, ledger)
        order = self._order(run, ledger)
        columns = order.parameters._replace(columns=tuple(success.columns))  # defaults may have changed since
        written = self._write(replace(order, parameters=columns), target, progress)
        if written.pieces is not None:
            with closing(written.pieces) as pieces, target.open("wb") as file:
                file.writelines(pieces)
        return success, written.engine

    def _attempt(self, run: ReportRun, ledger: PinnedLedger, progress: Callable[[float], None]) -> Outcome:
        run.start_attempt(
            ledger_version=ledger.version, engine=self._engine.name, actor=self._worker, at=self._clock.now()
        )
        self._events.save(run)  # before the work, so that an attempt that crashes its worker counts
        if run.planned.error is not None:
            return self._fail(run, ReportFailed(run.planned.error, "planned"))
        try:
            self._compute(run, ledger, progress)
        except ReportFailed as failure:
            may_go_better = failure.try_again or self._was_given_up(ledger, failure)
            if may_go_better and run.used_attempts < self._limits.attempts:
                log.warning("Attempt %d failed. %s", run.attempts, failure, extra=about_run(run))
                return Outcome(self._limits.retry_delay_seconds)
            return self._fail(run, failure)
        except OSError as trouble:
            if run.used_attempts < self._limits.attempts:
                log.exception("Attempt %d met trouble with files.", run.attempts, extra=about_run(run))
                return Outcome(self._limits.retry_delay_seconds)
            return self._fail(run, _storage_trouble(trouble))
        return FINISHED

    def _was_given_up(self, ledger: PinnedLedger, failure: ReportFailed) -> bool:
        """Whether the version that was read may have been vacuumed meanwhile. The next attempt reads the newest."""
        newest = newest_version(self._events, ledger.livemode)
        return failure.reason == "ledger_unreadable" and ledger.version < newest.version

    def _is_younger_than_an_attempt(self, run: ReportRun) -> bool:
        return (self._clock.now() - run.created_on).total_seconds() < self._limits.attempt_seconds

    def _is_custom(self, run: ReportRun) -> bool:
        report_type = self._catalogue.get(run.report_type)
        return report_type is not None and report_type.is_custom

    def _compute(self, run: ReportRun, ledger: PinnedLedger, progress: Callable[[float], None]) -> None:
        started = time.monotonic()
        order = self._order(run, ledger)
        with self._results.workspace() as made:
            written = self._write(order, made, progress)
            file_id = random_id("file")
            kept, rows = self._kept(file_id, written, made)
        file = ResultFile(file_id, filename_of(run.id), kept.size, kept.sha256, rows, order.parameters.columns)
        try:
            run.succeed(
                file,
                ledger_version=ledger.version,
                seconds=round(time.monotonic() - started, 3),
                actor=self._worker,
                at=self._clock.now(),
                engine=written.engine,
            )
            self._events.save(run)
        except IntegrityError:
            self._results.remove(file_id)  # the worker that finished first stored its own file
            raise
        log_success(run, file, time.monotonic() - started)

    def _kept(self, file_id: str, written: WrittenReport, made: Path) -> tuple[StoredResult, int]:
        """Keep the file. Gives what was kept, and its number of rows."""
        if written.pieces is None:
            return self._results.keep(file_id, made), written.rows
        with closing(written.pieces) as pieces:
            kept = self._results.keep_stream(file_id, pieces)
            return kept, pieces.rows

    def _write(self, order: ReportOrder, made: Path, progress: Callable[[float], None]) -> WrittenReport:
        try:
            return self._engine.write_csv(
                order, made, time_limit_seconds=self._limits.attempt_seconds, progress=progress
            )
        except (ReportFailed, OSError):
            raise
        except Exception as bug:
            log.exception("the engine failed in a way that it should not")
            raise ReportFailed("The report could not be computed because of an internal error.") from bug

    def _order(self, run: ReportRun, ledger: PinnedLedger) -> ReportOrder:
        report_type = self._catalogue.get(run.report_type)
        if report_type is None:
            raise ReportFailed(f"The report type {run.report_type} is not known any more.", "unknown_report_type")
        try:
            category = run.parameters.get("reporting_category", "")  # taken when the run was created
            parameters = check_parameters(report_type, run.parameters, more_categories=(category,))
        except InvalidParameter as changed:
            raise ReportFailed(f"The run's parameters are not valid any more. {changed}", "parameters") from changed
        return ReportOrder(
            report_type, parameters, run.scope, ledger, self._accounts(report_type, parameters, run.scope)
        )

    def _accounts(self, report_type: ReportType, parameters: RunParameters, scope: Scope) -> tuple[str, ...]:
        """The accounts that a report covers. An account connected after a ledger version has no rows in it, so the
        current list of connected accounts is right for older versions too."""
        if not report_type.about_connected_accounts:
            return (scope.account,)
        connected = self._connected_to(scope.account)
        named = parameters.named_accounts
        return tuple(account for account in connected if not named or account in named)

    def _fail(self, run: ReportRun, failure: ReportFailed) -> Outcome:
        run.fail(str(failure), reason=failure.reason, actor=self._worker, at=self._clock.now())
        self._events.save(run)
        log_failure(run, failure)
        return FINISHED

    def _gave_up(self, run: ReportRun) -> ReportFailed:
        return ReportFailed(
            f"The report was attempted {run.used_attempts} times, and each time the worker stopped before it ended. "
            "Ask for a shorter interval or fewer columns, or try again later.",
            "attempts",
        )


def _ledger_damaged(damage: RecordDamaged) -> ReportFailed:
    failure = ReportFailed(
        "The ledger's record is damaged. Ask for the report again once it has been restored.", "ledger"
    )
    failure.__cause__ = damage
    return failure


def _storage_trouble(trouble: OSError) -> ReportFailed:
    failure = ReportFailed("The report's file could not be stored.", "storage")
    failure.__cause__ = trouble
    return failure
