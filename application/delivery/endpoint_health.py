"""The health of endpoints: what fails for long is said, and in the end disabled."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypedDict

from application.delivery.attempting import GONE as GONE_STATUS
from application.log.changes import Changes
from application.ports.clock import Clock
from application.ports.outbox import Attempt, Outbox, OutboxQueries
from application.views.webhook_endpoints import ENABLED, EndpointList
from domain.errors import NotFound
from domain.webhooks.failure_rule import FAILING_ATTEMPTS, Consequence, FailureRule, Health
from domain.webhooks.webhook_endpoint import GONE, NOUN, WebhookEndpoint

log = logging.getLogger("reportrun.webhooks")


class EndpointHealth:
    """Several deliverers may observe the same endpoint: what is recorded already is not recorded again."""

    def __init__(
        self,
        *,
        changes: Changes,
        endpoints: EndpointList,
        outbox: Outbox,
        queries: OutboxQueries,
        clock: Clock,
        actor: str,
        rule: FailureRule,
    ) -> None:
        self._changes = changes
        self._endpoints = endpoints
        self._outbox = outbox
        self._queries = queries
        self._clock = clock
        self._actor = actor
        self._rule = rule

    async def observe(self, attempts: Sequence[Attempt]) -> None:
        """Take note of attempts that have been recorded."""
        for id in {attempt.endpoint_id for attempt in attempts}:
            own = [attempt for attempt in attempts if attempt.endpoint_id == id]
            if any(attempt.status == GONE_STATUS for attempt in own):
                await self._change(id, lambda endpoint: endpoint.disable(**self._now(), reason=GONE))
            elif any(attempt.is_delivered for attempt in own):
                await self._end_failing(id)
            else:
                await self._judge(id)

    async def _end_failing(self, id: str) -> None:
        row = await self._endpoints.by_id(id)
        if row is not None and row.status == ENABLED and row.health != Health.GOOD:
            await self._change(id, lambda endpoint: endpoint.report_success(**self._now()))

    async def _judge(self, id: str) -> None:
        row = await self._endpoints.by_id(id)
        if row is None or row.status != ENABLED:
            return
        failures = await self._failures(id)
        if not failures or self._consequence(failures) is Consequence.NOTHING:
            return
        endpoint = await self._changes.find(WebhookEndpoint, id, NOUN)
        counted = await self._failures(
            id, endpoint.counted_from.timestamp()
        )  # what failed before it was enabled is past
        if counted:
            since = datetime.fromtimestamp(counted[0], UTC)
            await self._change(
                id, lambda endpoint: endpoint.report_failures(since, len(counted), self._rule, **self._now())
            )

    async def _failures(self, id: str, after: float = 0.0) -> Sequence[float]:
        most = max(FAILING_ATTEMPTS, self._rule.disable_attempts)
        return await self._queries.failures(id, after=after, most=most)

    def _consequence(self, failures: Sequence[float]) -> Consequence:
        return self._rule.consequence(len(failures), self._clock.now().timestamp() - failures[0])

    async def _change(self, id: str, change: Callable[[WebhookEndpoint], None]) -> None:
        # what is fed or made due later may be for an endpoint that was enabled again
        fed, now = await self._queries.fed_up_to(), self._clock.now().timestamp()
        try:
            endpoint = await self._changes.change(WebhookEndpoint, id, NOUN, change, lambda endpoint: None)
        except NotFound:  # it was deleted meanwhile
            return
        if endpoint.health != Health.GOOD:
            log.warning("The webhook endpoint %s (%s) is %s.", id, endpoint.details.url, endpoint.health)
        if not endpoint.is_enabled:
            await asyncio.to_thread(self._outbox.drop, id, fed, now)

    def _now(self) -> _Now:
        return {"actor": self._actor, "at": self._clock.now()}


class _Now(TypedDict):
    """Who records a change, and when."""

    actor: str
    at: datetime
