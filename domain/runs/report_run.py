"""The `ReportRun` aggregate: one run of a report, from its request to its file or its failure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.access.caller import Scope
from domain.aggregate import TextIdAggregate, TextIdCreated
from domain.errors import OnlyInTestMode, RunAlreadyFinished
from domain.ids import new_id


class Status(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


CLOCKS_DIFFER_SECONDS = 60
"""How far the clocks of two machines may be apart."""

FILE_TYPE = "csv"


def filename_of(run_id: str) -> str:
    """The name of the file that a run makes, for those who download it."""
    return f"{run_id}.{FILE_TYPE}"


@dataclass(frozen=True, slots=True)
class ResultFile:
    """The file that a run made.

    size    bytes
    sha256  of those bytes, hex
    rows    without the header
    """

    id: str
    filename: str
    size: int
    sha256: str
    rows: int
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedOutcome:
    """The chosen outcome of a run in test mode.

    error          the sentence that it fails with; None: the report is computed
    delay_seconds  earliest start of work, counted from the run's creation
    """

    error: str | None = None
    delay_seconds: int = 0


NO_PLAN = PlannedOutcome()


class ReportRun(TextIdAggregate):
    """One run of a report: pending, then succeeded or failed, for ever."""

    TOPIC = "report_run"

    class Event(TextIdAggregate.Event):
        pass

    class Created(Event, TextIdCreated):
        """A caller asked for a report; `parameters` are as sent, `actor` is the key."""

        TOPIC = "report_run.created"
        report_type: str
        parameters: dict[str, Any]
        account: str
        livemode: bool
        request_id: str | None
        idempotency_key: str | None
        api_version: str | None

    class OutcomePlanned(Event):
        """The caller chose the outcome. In test mode only."""

        TOPIC = "report_run.outcome_planned"
        error: str | None
        delay_seconds: int

        def apply(self, aggregate: ReportRun) -> None:
            aggregate.planned = PlannedOutcome(self.error, self.delay_seconds)

    class AttemptStarted(Event):
        """A worker began to compute from `ledger_version`."""

        TOPIC = "report_run.attempt_started"
        attempt: int
        ledger_version: int
        engine: str

        def apply(self, aggregate: ReportRun) -> None:
            aggregate.attempts = self.attempt
            aggregate.attempted_by = self.actor

    class AttemptHandedBack(Event):
        """The worker was stopped during the attempt, which therefore does not count."""

        TOPIC = "report_run.attempt_handed_back"
        attempt: int

        def apply(self, aggregate: ReportRun) -> None:
            aggregate.handed_back += 1
            aggregate.attempted_by = ""

    class Succeeded(Event):
        """The result is stored; the event holds what is needed to prove it and to reproduce it."""

        TOPIC = "report_run.succeeded"
        class_version = 2
        account: str
        livemode: bool
        file_id: str
        filename: str
        size: int
        sha256: str
        rows: int
        columns: list[str]
        ledger_version: int
        seconds: float
        engine: str

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["engine"] = ""  # that of the attempt before it

        def apply(self, aggregate: ReportRun) -> None:
            aggregate.status = Status.SUCCEEDED
            aggregate.has_file = True

    class FileRemoved(Event):
        """The result's bytes were removed after it had expired; everything that is known of it stays."""

        TOPIC = "report_run.file_removed"
        file_id: str

        def apply(self, aggregate: ReportRun) -> None:
            aggregate.has_file = False

    class Failed(Event):
        """No file; `error` is the sentence that users read, `reason` a code for operators."""

        TOPIC = "report_run.failed"
        error: str
        reason: str

        def apply(self, aggregate: ReportRun) -> None:
            aggregate.status = Status.FAILED

    class Erased(Event):
        """Fields of an earlier event of the run were blanked, as a law may ask for.

        values         what stands there now: field -> value
        sha256_before, sha256_after   of that event's stored bytes, hex
        was_sealed     whether the leaf of that event, if there is one, is over the bytes before
        """

        TOPIC = "event.erased"
        erased_version: int
        fields: list[str]
        values: dict[str, Any]
        reason: str
        sha256_before: str
        sha256_after: str
        was_sealed: bool

        def apply(self, aggregate: ReportRun) -> None:
            aggregate.erased.update(self.fields)

    def __init__(
        self,
        report_type: str,
        parameters: dict[str, Any],
        account: str,
        livemode: bool,
        actor: str,
        request_id: str | None,
    ) -> None:
        self.report_type = report_type
        self.parameters = parameters
        self.scope = Scope(account, livemode)
        self.requested_by = actor
        self.request_id = request_id
        self.attempts = 0
        self.handed_back = 0
        self.attempted_by = ""
        self.status = Status.PENDING
        self.planned = NO_PLAN
        self.has_file = False
        self.erased: set[str] = set()

    @classmethod
    def request(
        cls,
        report_type: str,
        parameters: dict[str, Any],
        *,
        scope: Scope,
        actor: str,
        at: datetime,
        request_id: str | None = None,
        idempotency_key: str | None = None,
        api_version: str | None = None,
    ) -> ReportRun:
        """A new pending run.

        parameters  checked, and echoed to callers as they stand: only what the caller sent
        """
        return cls.begin(
            cls.Created,
            id=new_id("frr", at),
            at=at,
            actor=actor,
            report_type=report_type,
            parameters=parameters,
            account=scope.account,
            livemode=scope.livemode,
            request_id=request_id,
            idempotency_key=idempotency_key,
            api_version=api_version,
        )

    @property
    def is_finished(self) -> bool:
        return self.status is not Status.PENDING

    def plan(self, outcome: PlannedOutcome, *, actor: str, at: datetime) -> None:
        """Say what the run is to come to. Raises `OnlyInTestMode` for a run in live mode."""
        if self.scope.livemode:
            raise OnlyInTestMode
        self._must_be_pending()
        self.record(self.OutcomePlanned, at=at, actor=actor, error=outcome.error, delay_seconds=outcome.delay_seconds)

    def seconds_to_wait(self, now: datetime) -> float:
        """How long until work on it may begin; 0 or less when it may.

        A run that lies further in the future than clocks differ was made before the clock was set back: it is due.
        """
        ahead = (self.created_on - now).total_seconds()
        return ahead + self.planned.delay_seconds if ahead <= CLOCKS_DIFFER_SECONDS else 0

    def start_attempt(self, *, ledger_version: int, engine: str, actor: str, at: datetime) -> None:
        """Record that a worker begins to compute. Raises `RunAlreadyFinished`."""
        self._must_be_pending()
        self.record(
            self.AttemptStarted,
            at=at,
            actor=actor,
            attempt=self.attempts + 1,
            ledger_version=ledger_version,
            engine=engine,
        )

    def hand_back(self, *, actor: str, at: datetime) -> None:
        """Record that the actor's attempt was interrupted by a stop.

        Does nothing for a finished run, and when the current attempt is of another worker or was handed back before.
        """
        if not self.is_finished and self.attempted_by == actor:
            self.record(self.AttemptHandedBack, at=at, actor=actor, attempt=self.attempts)

    @property
    def used_attempts(self) -> int:
        """How many attempts count: those that failed or lost their worker."""
        return self.attempts - self.handed_back

    def succeed(
        self, file: ResultFile, *, ledger_version: int, seconds: float, actor: str, at: datetime, engine: str = ""
    ) -> None:
        """Finish with a result. Raises `RunAlreadyFinished`.

        engine  what made the file, and its version; empty where that is not known
        """
        self._must_be_pending()
        self.record(
            self.Succeeded,
            at=at,
            actor=actor,
            account=self.scope.account,
            livemode=self.scope.livemode,
            file_id=file.id,
            filename=file.filename,
            size=file.size,
            sha256=file.sha256,
            rows=file.rows,
            columns=list(file.columns),
            ledger_version=ledger_version,
            seconds=seconds,
            engine=engine,
        )

    def fail(self, error: str, *, reason: str, actor: str, at: datetime) -> None:
        """Finish without a result. Raises `RunAlreadyFinished`."""
        self._must_be_pending()
        self.record(self.Failed, at=at, actor=actor, error=error, reason=reason)

    def remove_file(self, file_id: str, *, actor: str, at: datetime) -> None:
        """Record that the result's bytes were removed. Does nothing when that is recorded already."""
        if self.has_file:
            self.record(self.FileRemoved, at=at, actor=actor, file_id=file_id)

    def record_erasure(self, *, actor: str, at: datetime, **facts: Any) -> None:
        """Record that an event of the run was blanked. facts: the fields of `Erased`"""
        self.record(self.Erased, at=at, actor=actor, **facts)

    def _must_be_pending(self) -> None:
        if self.is_finished:
            raise RunAlreadyFinished(self.id, self.status)
