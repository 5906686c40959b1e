"""Commands and queries about webhook endpoints."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from application.log.changes import Changes, Record
from application.ports.clock import Clock
from application.ports.outbox import Outbox
from application.ports.webhook_secrets import WebhookSecret, WebhookSecrets
from application.runs.report_runs import Freshness
from application.views.accounts import AccountList
from application.views.json_text import json_text
from application.views.paging import ListQuery, PageOf, read_page
from application.views.reading.scoped_lookup import found_in
from application.views.webhook_endpoints import DISABLED, ENABLED, EndpointList, EndpointRow
from application.webhooks.endpoint_commands import ChangeEndpoint, CreateEndpoint, changed_details, new_details
from domain.access.caller import Scope
from domain.errors import InvalidParameter, InvalidUrl, NotFound, TooManyEndpoints, request_parameter
from domain.webhooks.signing_secret import FIRST_GENERATION, new_secret
from domain.webhooks.webhook_endpoint import NOUN, WebhookEndpoint


def _any_host(host: str) -> str | None:
    return None


class EndpointLimits(NamedTuple):
    """
    most          endpoints of one account and mode
    http_in_live  whether live mode takes `http://` too
    refusal       what the host of a URL is that no delivery may ever go to; None for any other
    """

    most: int
    http_in_live: bool = False
    refusal: Callable[[str], str | None] = _any_host

    def must_permit(self, url: str) -> None:
        """Raises `InvalidUrl` for an address that no delivery can be sent to."""
        host = urlsplit(url).hostname or ""
        refusal = self.refusal(host)
        if refusal is not None:
            raise InvalidUrl(f"{host} is {refusal}.")


class NewEndpoint(NamedTuple):
    """An endpoint and its secret, which is shown this once."""

    row: EndpointRow
    secret: str


def _no_record(endpoint: WebhookEndpoint) -> None:
    """For a request without an idempotency key."""


class WebhookEndpoints:
    def __init__(
        self,
        *,
        changes: Changes,
        endpoints: EndpointList,
        accounts: AccountList,
        secrets: WebhookSecrets,
        outbox: Outbox,
        views: Freshness,
        clock: Clock,
        limits: EndpointLimits,
    ) -> None:
        self._changes = changes
        self._endpoints = endpoints
        self._accounts = accounts
        self._secrets = secrets
        self._outbox = outbox
        self._views = views
        self._clock = clock
        self._limits = limits
        self._one_at_a_time = asyncio.Lock()

    async def create(self, command: CreateEndpoint, record: Record[WebhookEndpoint] = _no_record) -> NewEndpoint:
        """Make an endpoint; when this returns, its event is on disk.

        Raises an `InvalidParameter`, of these `TooManyEndpoints` for one more than the limit.
        """
        details = new_details(command, needs_https=self._needs_https(command.scope))
        self._limits.must_permit(details.url)
        if command.connect:
            await self._must_be_platform(command.scope.account)
        async with self._one_at_a_time:  # two at once would both find room; two servers may still exceed the limit
            await self._views.caught_up()
            if len(await self._endpoints.of_account(command.scope)) >= self._limits.most:
                raise TooManyEndpoints(self._limits.most, command.scope.mode)
            endpoint = WebhookEndpoint.create(
                command.scope,
                details,
                actor=command.actor,
                at=self._clock.now(),
                api_version=command.api_version,
                connect=command.connect,
                base_url=command.base_url,
            )
            secret = await asyncio.to_thread(self._kept_secret, endpoint)
            await self._changes.store(endpoint, record)
        return NewEndpoint(row_of(endpoint), secret)

    async def change(self, command: ChangeEndpoint, record: Record[WebhookEndpoint] = _no_record) -> EndpointRow:
        """Raises `NotFound`, or an `InvalidParameter`."""
        await self.get(command.scope, command.id)

        def change(endpoint: WebhookEndpoint) -> None:
            details = changed_details(command, endpoint.details, needs_https=self._needs_https(command.scope))
            if command.url is not None:
                self._limits.must_permit(details.url)
            endpoint.update(
                details,
                actor=command.actor,
                at=self._clock.now(),
            )
            if command.disabled is not None:
                set_status = endpoint.disable if command.disabled else endpoint.enable
                set_status(actor=command.actor, at=self._clock.now())

        return row_of(await self._changes.change(WebhookEndpoint, command.id, NOUN, change, record))

    async def delete(self, scope: Scope, id: str, actor: str) -> None:
        """Delete an endpoint, with its secrets and all that is due to it. Raises `NotFound`."""
        await self._views.caught_up()
        known = await self._endpoints.get(scope, id)
        if known is not None and known.deleted_at is not None:
            await self._forget(id)  # a deletion that was cut short leaves secrets
        await self.get(scope, id)

        def delete(endpoint: WebhookEndpoint) -> None:
            endpoint.delete(actor=actor, at=self._clock.now())

        await self._changes.change(WebhookEndpoint, id, NOUN, delete, _no_record)
        await self._forget(id)

    async def roll_secret(self, scope: Scope, id: str, *, overlap_seconds: int, actor: str) -> str:
        """A new secret, which is shown this once; the one before signs as well meanwhile. Raises `NotFound`."""
        await self.get(scope, id)
        secret = ""

        def roll(endpoint: WebhookEndpoint) -> None:
            nonlocal secret
            endpoint.roll_secret(overlap_seconds=overlap_seconds, actor=actor, at=self._clock.now())
            secret = self._kept_secret(endpoint)  # blocks for milliseconds, and is seldom done

        await self._changes.change(WebhookEndpoint, id, NOUN, roll, _no_record)
        return secret

    async def get(self, scope: Scope, id: str) -> EndpointRow:
        """Raises `NotFound`."""
        await self._views.caught_up()
        return await found_in(scope, id, NOUN, self._find)

    async def _find(self, scope: Scope, id: str) -> EndpointRow | None:
        found = await self._endpoints.get(scope, id)
        return None if found is None or found.deleted_at is not None else found

    async def scope_of(self, id: str) -> Scope:
        """The scope of an endpoint of any account, of a deleted one too. Raises `NotFound`."""
        await self._views.caught_up()
        found = await self._endpoints.by_id(id)
        if found is None:
            raise NotFound(NOUN, id)
        return found.scope

    async def page(self, query: ListQuery) -> PageOf[EndpointRow]:
        """Raises `ReferenceNotFound` for a cursor that leads nowhere, then `ConflictingCursors` for two."""
        await self._views.caught_up()
        return await read_page(self._endpoints, query, NOUN)

    async def first_secret(self, id: str) -> str | None:
        """The secret that an endpoint was created with, for a retry of that request; None when it is gone."""
        found = await asyncio.to_thread(self._secrets.of, id, [FIRST_GENERATION])
        return found[0] if found else None

    async def _forget(self, id: str) -> None:
        """Drop the secrets of a deleted endpoint and all that is due to it."""
        await asyncio.to_thread(self._secrets.forget, id)
        await asyncio.to_thread(self._outbox.drop, id)

    def _needs_https(self, scope: Scope) -> bool:
        return scope.livemode and not self._limits.http_in_live

    async def _must_be_platform(self, account: str) -> None:
        row = await self._accounts.get(account)
        if row is not None and row.platform is not None:
            raise InvalidParameter(
                f"{account} is connected to a platform itself, so no accounts are connected to it. Leave connect out.",
                request_parameter("connect"),
            )

    def _kept_secret(self, endpoint: WebhookEndpoint) -> str:
        """A secret of the endpoint's generation, kept before the event that begins it: without an event it does no
        harm, and an endpoint without a secret could not be sent to. One that was kept for that generation stays."""
        self._secrets.keep(WebhookSecret(endpoint.id, endpoint.generation, new_secret()))
        return self._secrets.of(endpoint.id, [endpoint.generation])[0]


def row_of(endpoint: WebhookEndpoint) -> EndpointRow:
    """The row that the view will have; its position is not known before the event is stored, and never shown."""
    details = endpoint.details
    return EndpointRow(
        position=0,
        id=endpoint.id,
        account=endpoint.scope.account,
        livemode=endpoint.scope.livemode,
        created=int(endpoint.created_on.timestamp()),
        url=details.url,
        enabled_events=json_text(details.enabled_events),
        api_version=endpoint.api_version,
        connect=int(endpoint.connect),
        description=details.description,
        metadata=json_text(details.metadata),
        base_url="",
        status=ENABLED if endpoint.is_enabled else DISABLED,
        generation=endpoint.generation,
        expiring=json_text(endpoint.expiring),
    )
