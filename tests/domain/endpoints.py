"""A webhook endpoint, and the topics of its events."""

from __future__ import annotations

from domain.webhooks.webhook_endpoint import EndpointDetails, WebhookEndpoint
from tests.support.clock import NOON
from tests.support.runs import SCOPE

DETAILS = EndpointDetails("https://example.com/hook", ("*",), "Books", {"team": "finance"})


def an_endpoint() -> WebhookEndpoint:
    return WebhookEndpoint.create(SCOPE, DETAILS, actor="key_1", at=NOON, api_version="2026-10-28.endive")


def topics_of(endpoint: WebhookEndpoint) -> list[str]:
    return [vars(type(event))["TOPIC"] for event in endpoint.collect_events()]
