"""The events of webhook endpoints that fail: what an account's other endpoints are told of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from application.views.paging import Place
from application.views.webhook_endpoints import DISABLED, ENABLED, EndpointList, EndpointRow
from application.webhooks.public_event import PublicEvent
from domain.access.caller import Scope
from domain.ids import derived_id
from domain.webhooks.event_types import ENDPOINT_DISABLED


class EndpointNotices:
    def __init__(self, endpoints: EndpointList) -> None:
        self._endpoints = endpoints

    async def of(self, scope: Scope) -> Sequence[PublicEvent]:
        """The events of an account's endpoints, those of deleted ones too, in the order of the log."""
        rows = await self._endpoints.with_notices(scope)
        events = [event for row in rows for event in _events(row)]
        return sorted(events, key=lambda event: event.place.position)


def _events(row: EndpointRow) -> Sequence[PublicEvent]:
    return [
        PublicEvent(
            notice_id(row.id, notice.version, notice.created),
            notice.type,
            row.scope,
            Place(notice.created, notice.position),
            row._replace(status=DISABLED if notice.type == ENDPOINT_DISABLED else ENABLED),
        )
        for notice in row.noted
    ]


def notice_id(endpoint_id: str, version: int, created: int) -> str:
    """version: of the endpoint's event in the log, which no restore changes"""
    return derived_id("evt", datetime.fromtimestamp(created, UTC), endpoint_id, str(version))
