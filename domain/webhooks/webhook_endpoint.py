"""The `WebhookEndpoint` aggregate: an address that public events of one account and mode are sent to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from domain.access.caller import Scope
from domain.aggregate import TextIdAggregate, TextIdCreated
from domain.errors import NotFound
from domain.ids import new_id
from domain.plain_text import LINE_BREAKS, check_text
from domain.webhooks.failure_rule import Consequence, FailureRule, Health
from domain.webhooks.signing_secret import FIRST_GENERATION

NOUN = "webhook endpoint"

MAX_DESCRIPTION = 5000
"""Characters of a description."""

REQUESTED, GONE, FAILING = "requested", "gone", "failing"
"""Why an endpoint is disabled: its owner asked for it, it answered 410, or it failed for long."""


@dataclass(frozen=True, slots=True)
class EndpointDetails:
    """What the owner of an endpoint can change.

    enabled_events  event types, or `*`
    """

    url: str
    enabled_events: tuple[str, ...]
    description: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)


class WebhookEndpoint(TextIdAggregate):
    """One endpoint: enabled or disabled, until it is deleted.

    generation  of the secret that signs deliveries
    expiring    generation of an earlier secret, as text -> the Unix second from which it signs nothing
    """

    TOPIC = "webhook_endpoint"

    class Event(TextIdAggregate.Event):
        pass

    class Created(Event, TextIdCreated):
        """A new endpoint, with a secret of the first generation.

        api_version  of the events that are sent to it; None: the version of the installation
        connect      True: events of the accounts connected to `account`; False: those of `account` itself
        base_url     what links in its events begin with, as its creator reached the API; empty: not known
        """

        TOPIC = "webhook_endpoint.created"
        account: str
        livemode: bool
        url: str
        enabled_events: list[str]
        api_version: str | None
        connect: bool
        description: str | None
        metadata: dict[str, str]
        base_url: str

    class Updated(Event):
        """The details after a change."""

        TOPIC = "webhook_endpoint.updated"
        url: str
        enabled_events: list[str]
        description: str | None
        metadata: dict[str, str]

        def apply(self, aggregate: WebhookEndpoint) -> None:
            aggregate.details = EndpointDetails(
                self.url, tuple(self.enabled_events), self.description, dict(self.metadata)
            )

    class Enabled(Event):
        """Events from now on are sent to it."""

        TOPIC = "webhook_endpoint.enabled"

        def apply(self, aggregate: WebhookEndpoint) -> None:
            aggregate.is_enabled = True
            aggregate.health = Health.GOOD
            aggregate.counted_from = self.timestamp

    class Disabled(Event):
        """Nothing is sent to it. reason: a code: `requested`, or why deliveries were given up"""

        TOPIC = "webhook_endpoint.disabled"
        reason: str

        def apply(self, aggregate: WebhookEndpoint) -> None:
            aggregate.is_enabled = False
            aggregate.health = Health.GOOD if self.reason == REQUESTED else Health.GIVEN_UP

    class Failing(Event):
        """Nothing that is sent to it is accepted. since: Unix seconds of the first attempt that failed"""

        TOPIC = "webhook_endpoint.failing"
        since: int
        failed_attempts: int

        def apply(self, aggregate: WebhookEndpoint) -> None:
            aggregate.health = Health.FAILING

    class DisableAnnounced(Event):
        """It will be disabled if it goes on failing. disable_at: not before, Unix seconds"""

        TOPIC = "webhook_endpoint.disable_announced"
        disable_at: int

        def apply(self, aggregate: WebhookEndpoint) -> None:
            aggregate.health = Health.ABOUT_TO_BE_DISABLED

    class Recovered(Event):
        """It accepts what it is sent again."""

        TOPIC = "webhook_endpoint.recovered"

        def apply(self, aggregate: WebhookEndpoint) -> None:
            aggregate.health = Health.GOOD

    class SecretRolled(Event):
        """Deliveries are signed with the secret of a new generation, and with earlier ones until they expire.

        expiring  generation, as text -> the Unix second from which its secret signs nothing
        """

        TOPIC = "webhook_endpoint.secret_rolled"
        generation: int
        expiring: dict[str, int]

        def apply(self, aggregate: WebhookEndpoint) -> None:
            aggregate.generation = self.generation
            aggregate.expiring = dict(self.expiring)

    class Deleted(Event):
        TOPIC = "webhook_endpoint.deleted"

        def apply(self, aggregate: WebhookEndpoint) -> None:
            aggregate.is_deleted = True

    def __init__(
        self,
        account: str,
        livemode: bool,
        url: str,
        enabled_events: list[str],
        api_version: str | None,
        connect: bool,
        description: str | None,
        metadata: dict[str, str],
    ) -> None:
        self.scope = Scope(account, livemode)
        self.details = EndpointDetails(url, tuple(enabled_events), description, dict(metadata))
        self.api_version = api_version
        self.connect = connect
        self.generation = FIRST_GENERATION
        self.expiring: dict[str, int] = {}
        self.is_enabled = True
        self.is_deleted = False
        self.health = Health.GOOD
        self.counted_from = self.created_on

    @classmethod
    def create(
        cls,
        scope: Scope,
        details: EndpointDetails,
        *,
        actor: str,
        at: datetime,
        api_version: str | None = None,
        connect: bool = False,
        base_url: str = "",
    ) -> WebhookEndpoint:
        """A new endpoint, enabled. Raises `InvalidParameter` for a description that is too long or not plain text."""
        _check_description(details.description)
        return cls.begin(
            cls.Created,
            id=new_id("we", at),
            at=at,
            actor=actor,
            account=scope.account,
            livemode=scope.livemode,
            api_version=api_version,
            connect=connect,
            base_url=base_url,
            **_facts(details),
        )

    def update(self, details: EndpointDetails, *, actor: str, at: datetime) -> None:
        """Does nothing for details that the endpoint has.

        Raises `NotFound` when it is deleted, `InvalidParameter` for a new description as `create` does.
        """
        self._must_exist()
        if details.description != self.details.description:
            _check_description(details.description)
        if details != self.details:
            self.record(self.Updated, at=at, actor=actor, **_facts(details))

    def enable(self, *, actor: str, at: datetime) -> None:
        """Does nothing for an endpoint that is enabled. Raises `NotFound` when it is deleted."""
        self._must_exist()
        if not self.is_enabled:
            self.record(self.Enabled, at=at, actor=actor)

    def disable(self, *, actor: str, at: datetime, reason: str = REQUESTED) -> None:
        """Does nothing for an endpoint that is disabled. Raises `NotFound` when it is deleted."""
        self._must_exist()
        if self.is_enabled:
            self.record(self.Disabled, at=at, actor=actor, reason=reason)

    def report_failures(self, since: datetime, failed: int, rule: FailureRule, *, actor: str, at: datetime) -> None:
        """Record what follows from attempts that failed in a row, where that is not recorded yet.

        since  when the first of them was made; failed: how many
        """
        if self.is_deleted or not self.is_enabled:
            return
        consequence = rule.consequence(failed, (at - since).total_seconds())
        if consequence is Consequence.DISABLE:
            self.disable(actor=actor, at=at, reason=FAILING)
        elif consequence is Consequence.ANNOUNCE and self.health != Health.ABOUT_TO_BE_DISABLED:
            disable_at = int(since.timestamp() + rule.disable_seconds)
            self.record(self.DisableAnnounced, at=at, actor=actor, disable_at=disable_at)
        elif consequence is Consequence.IS_FAILING and self.health == Health.GOOD:
            self.record(self.Failing, at=at, actor=actor, since=int(since.timestamp()), failed_attempts=failed)

    def report_success(self, *, actor: str, at: datetime) -> None:
        """End the failing of an endpoint. Does nothing for one that does not fail."""
        if not self.is_deleted and self.is_enabled and self.health != Health.GOOD:
            self.record(self.Recovered, at=at, actor=actor)

    def roll_secret(self, *, overlap_seconds: int, actor: str, at: datetime) -> None:
        """Begin the next generation of the secret; the one before signs for `overlap_seconds` more."""
        self._must_exist()
        now = int(at.timestamp())
        expiring = {generation: expires_at for generation, expires_at in self.expiring.items() if expires_at > now}
        self.record(
            self.SecretRolled,
            at=at,
            actor=actor,
            generation=self.generation + 1,
            expiring={**expiring, str(self.generation): now + overlap_seconds},
        )

    def delete(self, *, actor: str, at: datetime) -> None:
        """Raises `NotFound` when it is deleted already."""
        self._must_exist()
        self.record(self.Deleted, at=at, actor=actor)

    def _must_exist(self) -> None:
        if self.is_deleted:
            raise NotFound(NOUN, self.id)


def _check_description(description: str | None) -> None:
    check_text(description or "", "The description", "description", most=MAX_DESCRIPTION, allowed=LINE_BREAKS)


def _facts(details: EndpointDetails) -> dict[str, object]:
    return {
        "url": details.url,
        "enabled_events": list(details.enabled_events),
        "description": details.description,
        "metadata": dict(details.metadata),
    }
