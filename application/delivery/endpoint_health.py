"""The health of endpoints: one that wants nothing more is disabled."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from application.delivery.attempting import GONE
from application.log.changes import Changes
from application.ports.clock import Clock
from application.ports.outbox import Attempt, Outbox
from domain.errors import NotFound
from domain.webhooks.webhook_endpoint import NOUN, WebhookEndpoint

log = logging.getLogger("reportrun.webhooks")


class EndpointHealth:
    def __init__(self, *, changes: Changes, outbox: Outbox, clock: Clock, actor: str) -> None:
        self._changes = changes
        self._outbox = outbox
        self._clock = clock
        self._actor = actor

    async def observe(self, attempts: Sequence[Attempt]) -> None:
        """Take note of attempts that have been recorded."""
        for endpoint_id in {attempt.endpoint_id for attempt in attempts if attempt.status == GONE}:
            await self._disable(endpoint_id, "gone")

    async def _disable(self, endpoint_id: str, reason: str) -> None:
        def disable(endpoint: WebhookEndpoint) -> None:
            endpoint.disable(actor=self._actor, at=self._clock.now(), reason=reason)

        try:
            await self._changes.change(WebhookEndpoint, endpoint_id, NOUN, disable, lambda endpoint: None)
        except NotFound:  # it was deleted meanwhile
            return
        log.warning("The webhook endpoint %s is disabled: %s.", endpoint_id, reason)
        await asyncio.to_thread(self._outbox.drop, endpoint_id)
