"""Public events and webhook endpoints as callers and receivers read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from application.delivery.delivery_records import attempt_id
from application.ports.outbox import Attempt
from application.runs.report_types import Offer
from application.views.runs import RunRow
from application.views.webhook_endpoints import ENABLED, EndpointRow
from application.webhooks.public_event import PublicEvent
from interfaces.http.edge.versions import DEFAULT_VERSION
from interfaces.http.responses.json_bytes import alphabetical, parsed_text
from interfaces.http.responses.objects import report_type_object, run_object

if TYPE_CHECKING:  # processes that deliver events write these objects without a web framework
    from interfaces.http.responses import response_models


def public_event_object(
    event: PublicEvent,
    base_url: str,
    pending: int,
    *,
    api_version: str | None = None,
    account: str | None = None,
) -> response_models.Event:
    """An event, with its subject as it was then.

    base_url     what links in it begin with
    pending      how many endpoints it is due to
    api_version  None: that of the installation
    account      the connected account that it is about, for its platform; None: the reader's own
    """
    return {
        "id": event.id,
        "object": "event",
        **({"account": account} if account is not None else {}),  # type: ignore[typeddict-item]
        "api_version": api_version or DEFAULT_VERSION,
        "created": event.created,
        "data": {"object": _shown(event.subject, base_url)},
        "livemode": event.scope.livemode,
        "pending_webhooks": pending,
        "request": {"id": None, "idempotency_key": None},
        "type": event.type,
    }


def _shown(
    subject: RunRow | Offer | EndpointRow, base_url: str
) -> response_models.ReportRun | response_models.ReportType | response_models.WebhookEndpoint:
    if isinstance(subject, RunRow):
        return run_object(subject, base_url)
    return endpoint_object(subject) if isinstance(subject, EndpointRow) else report_type_object(subject)


def attempt_object(attempt: Attempt) -> response_models.DeliveryAttempt:
    return {
        "id": attempt_id(attempt),
        "object": "reportrun.delivery_attempt",
        "answer": attempt.answer,
        "created": int(attempt.started_at),
        "delivered": attempt.is_delivered,
        "error": attempt.error,
        "event": attempt.event_id,
        "milliseconds": round(attempt.seconds * 1000),
        "next_attempt_at": None if attempt.due_again_at is None else int(attempt.due_again_at),
        "number": attempt.number,
        "status": attempt.status,
        "webhook_endpoint": attempt.endpoint_id,
    }


def endpoint_object(endpoint: EndpointRow) -> response_models.WebhookEndpoint:
    return {
        "id": endpoint.id,
        "object": "webhook_endpoint",
        "api_version": endpoint.api_version,
        "application": None,
        "created": endpoint.created,
        "description": endpoint.description,
        "enabled_events": parsed_text(endpoint.enabled_events),
        "livemode": bool(endpoint.livemode),
        "metadata": parsed_text(endpoint.metadata),
        "status": "enabled" if endpoint.status == ENABLED else "disabled",
        "url": endpoint.url,
    }


def with_secret(endpoint: Mapping[str, Any], secret: str | None) -> dict[str, Any]:
    """The answer to the creation of an endpoint. secret: None when a later one has taken its place"""
    known = {**endpoint, **({"secret": secret} if secret is not None else {})}
    return {"id": known.pop("id"), "object": known.pop("object"), **alphabetical(known)}


def deleted_endpoint(id: str) -> response_models.DeletedWebhookEndpoint:
    return {"id": id, "object": "webhook_endpoint", "deleted": True}
