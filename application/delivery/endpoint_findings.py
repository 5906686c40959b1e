"""What `doctor` says of webhook endpoints."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from application.health.findings import Finding, good, look
from application.ports.outbox import OutboxQueries
from application.views.webhook_endpoints import ENABLED, EndpointList, EndpointRow
from domain.webhooks.failure_rule import Health

MOST_FAILURES = 100
"""Failed attempts at one endpoint that are counted."""


def endpoint_findings(endpoints: EndpointList, queries: OutboxQueries) -> Iterator[Finding]:
    """A finding for each endpoint that fails or was given up; none where there are no endpoints."""
    rows = asyncio.run(endpoints.all())
    working = 0
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
        elif row.status == ENABLED:
            failures = asyncio.run(queries.failures(row.id, after=0.0, most=MOST_FAILURES))
            working += not failures
            if failures:
                yield look(_newest_failures(row, len(failures)))
    if working == 1:
        yield good("1 webhook endpoint is enabled and does not fail.")
    elif working:
        yield good(f"{working} webhook endpoints are enabled and do not fail.")


def _newest_failures(row: EndpointRow, failures: int) -> str:
    counted = f"at least {failures}" if failures >= MOST_FAILURES else str(failures)
    attempts = "The newest attempt" if failures == 1 else f"The newest {counted} attempts"
    return (
        f"{attempts} at the webhook endpoint {row.id} ({row.url}) failed. `reportrun webhooks deliveries` shows what "
        "it answers."
    )
