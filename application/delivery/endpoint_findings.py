"""What `doctor` says of webhook endpoints."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from application.health import Finding, good, look
from application.views.webhook_endpoints import ENABLED, EndpointList
from domain.webhooks.failure_rule import Health


def endpoint_findings(endpoints: EndpointList) -> Iterator[Finding]:
    """A finding for each endpoint that fails or was given up; none where there are no endpoints."""
    rows = asyncio.run(endpoints.all())
    for row in rows:
        if row.health == Health.GIVEN_UP:
            yield look(
                f"The webhook endpoint {row.id} ({row.url}) was disabled, as it accepted nothing. `reportrun webhooks "
                f"enable {row.id}` sends it events again, `webhooks recover` what it has missed."
            )
        elif row.health:
            yield look(
                f"The webhook endpoint {row.id} ({row.url}) is {row.health}: it accepts nothing. `reportrun webhooks "
                "deliveries` shows what it answers."
            )
    working = sum(row.status == ENABLED and not row.health for row in rows)
    if working:
        yield good(f"{working} webhook endpoints are enabled and do not fail.")
