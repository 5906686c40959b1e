"""The list of webhook endpoints: its row, its read and write protocols, and its projection."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatchmethod
from typing import NamedTuple, Protocol

import orjson

from application.log.damage import DamagedEvent
from application.projecting.projection import Projection, seconds
from application.views.json_text import json_text
from application.views.paging import PagedList, Place
from domain.access.caller import Scope
from domain.aggregate import TextIdEvent
from domain.webhooks.event_types import (
    ENDPOINT_DISABLE_ANNOUNCED,
    ENDPOINT_DISABLED,
    ENDPOINT_FAILING,
    KEPT_SECONDS,
    is_selected,
)
from domain.webhooks.failure_rule import Health
from domain.webhooks.signing_secret import FIRST_GENERATION
from domain.webhooks.webhook_endpoint import REQUESTED, WebhookEndpoint

ENABLED = "enabled"
DISABLED = "disabled"


class Notice(NamedTuple):
    """An event about an endpoint's failing.

    position  in the log; created: Unix seconds
    version   of the event, among those of its endpoint
    type      of the public event
    """

    position: int
    created: int
    version: int
    type: str

    @property
    def line(self) -> str:
        return f"{self.position} {self.created} {self.version} {self.type}\n"

    @classmethod
    def of_line(cls, line: str) -> Notice:
        position, created, version, event_type = line.split()
        return cls(int(position), int(created), int(version), event_type)


def notices_with(notices: str, line: str) -> str:
    """An endpoint's `notices` with a line more, without those that are too old by then to be read as events."""
    if not line:
        return notices
    since = Notice.of_line(line).created - KEPT_SECONDS
    kept = [one for one in notices.splitlines(keepends=True) if Notice.of_line(one).created >= since]
    return "".join((*kept, line))


class EndpointRow(NamedTuple):
    """One webhook endpoint.

    livemode   True or 1, False or 0
    connect    1 for an endpoint that is sent events of connected accounts, else 0
    created, deleted_at   Unix seconds
    enabled_events, metadata, expiring   as `json_text` gives them
    generation   of the secret that signs deliveries
    expiring     generation of an earlier secret, as text -> the Unix second from which it signs nothing
    base_url     what links in its events begin with; empty: not known
    health       a `Health`, as text
    notices      events about its failing, a line each, as `Notice.line` gives it
    """

    position: int
    id: str
    account: str
    livemode: bool
    created: int
    url: str
    enabled_events: str
    api_version: str | None
    connect: int
    description: str | None
    metadata: str
    base_url: str
    status: str = ENABLED
    generation: int = FIRST_GENERATION
    expiring: str = "{}"
    deleted_at: int | None = None
    health: str = Health.GOOD
    notices: str = ""

    @property
    def place(self) -> Place:
        return Place(self.created, self.position)

    @property
    def scope(self) -> Scope:
        return Scope(self.account, bool(self.livemode))

    @property
    def noted(self) -> Sequence[Notice]:
        """The `notices`."""
        return [Notice.of_line(line) for line in self.notices.splitlines()]

    @property
    def event_types(self) -> Sequence[str]:
        """The `enabled_events`."""
        found: list[str] = orjson.loads(self.enabled_events)
        return found

    def selects(self, event_type: str) -> bool:
        return is_selected(event_type, self.event_types)

    def signing_generations(self, now: float) -> list[int]:
        """The generations of secrets that sign a delivery at an instant, newest first."""
        expiring = orjson.loads(self.expiring).items()
        earlier = [int(generation) for generation, expires_at in expiring if expires_at > now]
        return [self.generation, *sorted(earlier, reverse=True)]


class EndpointList(PagedList[EndpointRow], Protocol):
    """Reads webhook endpoints. `get` finds those that are deleted too; pages do not hold them."""

    async def all(self) -> Sequence[EndpointRow]:
        """Every endpoint that is not deleted, oldest first."""

    async def of_account(self, scope: Scope) -> Sequence[EndpointRow]:
        """Every endpoint of an account and mode that is not deleted."""

    async def listening_to(self, scope: Scope) -> Sequence[EndpointRow]:
        """The enabled endpoints that are sent events of an account: its own, and those of its platform that ask for
        events of connected accounts."""

    async def with_notices(self, scope: Scope) -> Sequence[EndpointRow]:
        """Every endpoint of an account and mode that has notices, deleted ones too."""

    async def by_id(self, id: str) -> EndpointRow | None:
        """An endpoint of any account."""


class EndpointListWriter(Protocol):
    """Writes webhook endpoints."""

    def add(self, row: EndpointRow) -> None: ...

    def update(self, id: str, *, url: str, enabled_events: str, description: str | None, metadata: str) -> None: ...

    def set_status(self, id: str, status: str) -> None: ...

    def note(self, id: str, *, health: str, line: str) -> None:
        """Set the health, and add a line as `notices_with` does; an empty one adds nothing."""

    def roll(self, id: str, *, generation: int, expiring: str) -> None: ...

    def delete(self, id: str, at: int) -> None: ...


class EndpointListProjection(Projection[EndpointListWriter]):
    name = "webhook_endpoints"

    @singledispatchmethod
    def apply(self, event: TextIdEvent, position: int) -> None:
        """Other events change nothing."""

    @apply.register
    def _(self, event: WebhookEndpoint.Created, position: int) -> None:
        self.view.add(
            EndpointRow(
                position=position,
                id=event.originator_id,
                account=event.account,
                livemode=event.livemode,
                created=seconds(event),
                url=event.url,
                enabled_events=json_text(event.enabled_events),
                api_version=event.api_version,
                connect=int(event.connect),
                description=event.description,
                metadata=json_text(event.metadata),
                base_url=event.base_url,
            )
        )

    @apply.register
    def _(self, event: WebhookEndpoint.Updated, position: int) -> None:
        self.view.update(
            event.originator_id,
            url=event.url,
            enabled_events=json_text(event.enabled_events),
            description=event.description,
            metadata=json_text(event.metadata),
        )

    @apply.register
    def _(self, event: WebhookEndpoint.Enabled, position: int) -> None:
        self.view.set_status(event.originator_id, ENABLED)
        self.view.note(event.originator_id, health=Health.GOOD, line="")

    @apply.register
    def _(self, event: WebhookEndpoint.Disabled, position: int) -> None:
        self.view.set_status(event.originator_id, DISABLED)
        if event.reason == REQUESTED:
            self.view.note(event.originator_id, health=Health.GOOD, line="")
        else:
            self._note(event, position, Health.GIVEN_UP, ENDPOINT_DISABLED)

    @apply.register
    def _(self, event: WebhookEndpoint.Failing, position: int) -> None:
        self._note(event, position, Health.FAILING, ENDPOINT_FAILING)

    @apply.register
    def _(self, event: WebhookEndpoint.DisableAnnounced, position: int) -> None:
        self._note(event, position, Health.ABOUT_TO_BE_DISABLED, ENDPOINT_DISABLE_ANNOUNCED)

    @apply.register
    def _(self, event: WebhookEndpoint.Recovered, position: int) -> None:
        self.view.note(event.originator_id, health=Health.GOOD, line="")

    @apply.register
    def _(self, event: WebhookEndpoint.SecretRolled, position: int) -> None:
        self.view.roll(event.originator_id, generation=event.generation, expiring=json_text(event.expiring))

    @apply.register
    def _(self, event: WebhookEndpoint.Deleted, position: int) -> None:
        self.view.delete(event.originator_id, seconds(event))

    @apply.register
    def _(self, event: DamagedEvent, position: int) -> None:
        """Send nothing to it: what is damaged may have been a change of its address."""
        self.view.set_status(event.originator_id, DISABLED)

    def _note(self, event: TextIdEvent, position: int, health: Health, event_type: str) -> None:
        notice = Notice(position, seconds(event), event.originator_version, event_type)
        self.view.note(event.originator_id, health=health, line=notice.line)
