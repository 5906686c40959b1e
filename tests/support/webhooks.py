"""Public events, endpoints and the outbox on a store of any kind, with a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from application.ledger.availability import AvailabilityQuery
from application.log.changes import Changes
from application.log.idempotency_records import Append
from application.ports.outbox import ClaimedDelivery
from application.ports.webhook_secrets import WebhookSecrets
from application.runs.report_types import ReportTypes
from application.webhooks.due_deliveries import DueDeliveries, DueDelivery
from application.webhooks.endpoint_commands import CreateEndpoint
from application.webhooks.endpoints import EndpointLimits, NewEndpoint, WebhookEndpoints
from application.webhooks.outbox_feed import OutboxFeed
from application.webhooks.public_event import PublicEvent
from application.webhooks.public_events import PublicEvents
from application.webhooks.type_updates import TypeUpdates
from domain.access.account import Account
from domain.access.caller import Scope
from domain.instants import DAY_SECONDS
from domain.ledger.availability import ALL_ACCOUNTS
from domain.ledger.ledger import Ledger
from domain.report_types import catalogue
from domain.runs.report_run import ReportRun
from interfaces.composition.stores import Stores
from interfaces.storage.sql.outbox import SqlOutbox
from interfaces.testing.memory.outbox import MemoryOutbox
from interfaces.testing.memory.store import MemoryStore
from tests.support.clock import NOON, StillClock
from tests.support.runs import SCOPE, a_file

ACTOR = "cli:test"
TABLE = "balance_transactions"
FIRST_DAY = 20_000
"""Of the ledger, since 1970."""


class WebhookSite:
    """What a server and a deliverer have of webhooks, in this process."""

    def __init__(self, stores: Stores | MemoryStore, limits: EndpointLimits = EndpointLimits(16)) -> None:  # noqa: B008
        self.stores = stores
        self.clock = StillClock()
        views, events = stores.views, stores.events
        self.outbox: SqlOutbox | MemoryOutbox
        self.secrets: WebhookSecrets
        if isinstance(stores, MemoryStore):
            self.outbox, self.secrets = MemoryOutbox(self.clock), stores.recorder.webhook_secrets
        else:
            self.outbox, self.secrets = SqlOutbox(stores.store.database, self.clock), stores.store.webhook_secrets
        availability = AvailabilityQuery(views.ledgers, views.accounts)
        types = ReportTypes(catalogue(), lambda one: True, availability)
        self.updates = TypeUpdates(types, views.data_windows, availability, self.clock)
        self.public_events = PublicEvents(
            runs=views.runs,
            updates=self.updates,
            outbox=self.outbox,
            endpoints=views.webhook_endpoints,
            views=self,
            clock=self.clock,
        )
        self.feed = OutboxFeed(
            events=events,
            outbox=self.outbox,
            endpoints=views.webhook_endpoints,
            accounts=views.accounts,
            updates=self.updates,
            catch_up=stores.projector.catch_up,
            clock=self.clock,
        )
        self.endpoints = WebhookEndpoints(
            changes=Changes(events, self.append),
            endpoints=views.webhook_endpoints,
            accounts=views.accounts,
            secrets=self.secrets,
            outbox=self.outbox,
            views=self,
            clock=self.clock,
            limits=limits,
        )
        self.deliveries = DueDeliveries(
            events=self.public_events,
            endpoints=views.webhook_endpoints,
            secrets=self.secrets,
            catch_up=stores.projector.catch_up,
            clock=self.clock,
        )

    async def append(self, append: Append) -> int:
        recorder = self.stores.recorder if isinstance(self.stores, MemoryStore) else self.stores.store.recorder
        return recorder.append([append])[0]

    async def caught_up(self) -> None:
        self.stores.projector.catch_up()

    def now(self) -> datetime:
        return self.clock.now()

    def account(self, id: str, platform: str | None = None) -> str:
        self.stores.events.save(Account.register(actor=ACTOR, at=self.now(), platform=platform, id=id))
        return id

    def endpoint(self, *enabled_events: str, scope: Scope = SCOPE, connect: bool = False) -> NewEndpoint:
        command = CreateEndpoint(
            scope, ACTOR, "https://example.com/hook", enabled_events or ("*",), connect=connect, base_url="http://here"
        )
        return asyncio.run(self.endpoints.create(command))

    def finished_run(self, error: str | None = None, scope: Scope = SCOPE) -> ReportRun:
        """A run that has succeeded, or failed with a sentence."""
        run = ReportRun.request("balance.summary.1", {"interval_start": 1}, scope=scope, actor="key_1", at=self.now())
        run.start_attempt(ledger_version=1, engine="none", actor=ACTOR, at=self.now())
        if error is None:
            run.succeed(a_file(), ledger_version=1, seconds=0.1, actor=ACTOR, at=self.now())
        else:
            run.fail(error, reason="engine_error", actor=ACTOR, at=self.now())
        self.stores.events.save(run)
        return run

    def load(self, days: int, owner: str = ALL_ACCOUNTS, *, livemode: bool = False, table: str = TABLE) -> bool:
        """Load rows of the first `days` days; True when that changed anything."""
        ledger = self.stores.events.find(Ledger, Ledger.id_of(livemode))
        if ledger is None:
            ledger = Ledger.open(livemode=livemode, actor=ACTOR, at=self.now())
        span = FIRST_DAY * DAY_SECONDS, (FIRST_DAY + days) * DAY_SECONDS - 1
        known = {name: (window.start, window.end - 1) for name, window in ledger.windows.items()}
        before = known.get(table, span)
        changed = ledger.record_load(
            account=owner or "acct_platform",
            owner=owner,
            tables={**ledger.tables, table: ledger.tables.get(table, 0) + 1},
            files=[],
            created={**known, table: (min(before[0], span[0]), max(before[1], span[1]))},
            brought={table: span},
            complete_through=None,
            actor=ACTOR,
            at=self.now(),
        )
        self.stores.events.save(ledger)
        return changed

    def declare_complete(self, days: int) -> bool:
        """Say that the data of all accounts is complete for the first `days` days; True when that is news."""
        ledger = self.stores.events.find(Ledger, Ledger.id_of(livemode=False))
        assert ledger is not None
        is_news = ledger.declare_complete(
            owner=ALL_ACCOUNTS,
            created={name: (window.start, window.end - 1) for name, window in ledger.windows.items()},
            complete_through=(FIRST_DAY + days) * DAY_SECONDS,
            complete_from=None,
            actor=ACTOR,
            at=self.now(),
        )
        self.stores.events.save(ledger)
        return is_news

    def updates_of(self, scope: Scope = SCOPE) -> list[PublicEvent]:
        self.stores.projector.catch_up()
        return list(asyncio.run(self.updates.of(scope)))

    def claimed(self, worker: str = "deliverer:1") -> list[ClaimedDelivery]:
        """Everything that is due, after the outbox has been fed."""
        asyncio.run(self.feed.catch_up())
        return list(self.outbox.claim(worker, limit=1_000, of_each=1_000, lease_seconds=60))

    def due(self) -> Sequence[DueDelivery | None]:
        return asyncio.run(self.deliveries.prepare_all(self.claimed()))


NOON_SECONDS = int(NOON.timestamp())
