"""Commands and queries about report runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from application.log.event_store import EventStore
from application.log.idempotency_records import Append, IdempotencyRecord
from application.ports.clock import Clock
from application.runs.history_actors import key_names, shown_actors
from application.runs.run_history import HistoryPage, page_of_history
from application.runs.run_rules import RunRules
from application.views.json_text import json_text
from application.views.paging import ListQuery, Page, PageOf, read_page
from application.views.reading.scoped_lookup import found_in
from application.views.runs import ANY_RUN, ListedRun, RunList, RunRow, RunSelection
from domain.access.caller import Caller, Scope
from domain.runs.report_run import PlannedOutcome, ReportRun

NOUN = "report run"


class RequestRun(NamedTuple):
    """Ask for a report.

    parameters  raw: text, lists and hashes of text
    plan        the outcome that a run in test mode ends with
    """

    caller: Caller
    report_type: str
    parameters: Mapping[str, Any]
    request_id: str | None = None
    idempotency_key: str | None = None
    api_version: str | None = None
    plan: PlannedOutcome | None = None


class Freshness(Protocol):
    """Waits until the views show what this process has stored."""

    async def caught_up(self) -> None: ...


class ReportRuns:
    """Request, retrieve and list runs; read their histories."""

    def __init__(
        self,
        *,
        events: EventStore,
        append: Callable[[Append], Awaitable[int]],
        runs: RunList,
        rules: RunRules,
        views: Freshness,
        clock: Clock,
    ) -> None:
        self._events = events
        self._append = append
        self._runs = runs
        self._rules = rules
        self._views = views
        self._clock = clock

    async def request(
        self, command: RequestRun, record: Callable[[RunRow], IdempotencyRecord | None] = lambda run: None
    ) -> RunRow:
        """Make a run; when this returns, its event is on disk.

        record  gives the idempotency record that is stored with the event of the new run, if the request has a key

        Raises an `InvalidParameter` or a `ReportTypeCannotRun`.
        """
        scope = command.caller.scope
        offer = await self._rules.offer(scope, command.report_type)
        parameters = await self._rules.check(scope, offer, command.parameters)
        run = ReportRun.request(
            offer.report_type.id,
            parameters.as_sent,
            scope=scope,
            actor=command.caller.actor,
            at=self._clock.now(),
            request_id=command.request_id,
            idempotency_key=command.idempotency_key,
            api_version=command.api_version,
        )
        if command.plan is not None:
            run.plan(command.plan, actor=command.caller.actor, at=self._clock.now())
        row = RunRow(
            position=0,  # not known before it is stored, and never shown
            id=run.id,
            account=scope.account,
            livemode=scope.livemode,
            report_type=run.report_type,
            parameters=json_text(run.parameters),
            created=int(run.created_on.timestamp()),
            asked_by=run.requested_by,
        )
        await self._append(Append(self._events.pending(run), record(row)))
        return row

    async def get(self, scope: Scope, id: str) -> RunRow:
        """Raises `NotFound`."""
        await self._views.caught_up()
        return await found_in(scope, id, NOUN, self._runs.get)

    async def page(self, query: ListQuery, selection: RunSelection = ANY_RUN) -> PageOf[ListedRun]:
        """Raises `ReferenceNotFound` for a cursor that leads nowhere, then `ConflictingCursors` for two."""
        await self._views.caught_up()
        rows = self._runs if selection is ANY_RUN else _SelectedRuns(self._runs, selection)
        return await read_page(rows, query, NOUN)

    async def history(self, id: str, query: ListQuery, viewer: Caller) -> HistoryPage:
        """A page of a run's events, oldest first. Raises `NotFound`, then what `page_of_history` raises."""
        await self.get(query.scope, id)
        return await asyncio.to_thread(self._history, id, query, viewer)

    def _history(self, id: str, query: ListQuery, viewer: Caller) -> HistoryPage:
        page = page_of_history(self._events.events_of(id), query)
        actors = shown_actors(page.events, viewer, self._events)
        return page._replace(actors=actors, names=key_names(set(actors.values()), self._events))


class _SelectedRuns:
    """The list of runs as far as a selection goes. A cursor may be any run."""

    def __init__(self, runs: RunList, selection: RunSelection) -> None:
        self._runs = runs
        self._selection = selection

    async def get(self, scope: Scope, id: str) -> RunRow | None:
        return await self._runs.get(scope, id)

    async def page(self, scope: Scope, page: Page) -> Sequence[ListedRun]:
        return await self._runs.selected(scope, page, self._selection)
