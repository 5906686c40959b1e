"""The listener of a developer: every event once it is accepted, in order, and none is lost by a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from application.delivery.listener import PAUSES_SECONDS, TRIES, Forwarding, Listener
from application.ports.webhook_sender import Answer, Outgoing
from application.webhooks.endpoint_notices import EndpointNotices
from application.webhooks.event_stream import EventStream
from application.webhooks.public_event import PublicEvent
from domain.access.caller import Scope
from domain.webhooks.event_types import ANY, RUN_FAILED, TYPE_UPDATED
from domain.webhooks.failure_rule import FAILING_ATTEMPTS, FailureRule
from domain.webhooks.signatures import stripe_signature
from domain.webhooks.webhook_endpoint import WebhookEndpoint
from interfaces.testing.memory.store import open_memory
from tests.support.runs import SCOPE
from tests.support.webhooks import ACTOR, NOON_SECONDS, WebhookSite

SECRET = "whsec_0123456789abcdefghijABCDEFGHIJ01"
GOOD, BAD, AWAY = Answer(200), Answer(500), Answer(None, "Refused.")


class Kept:
    """A cursor that outlives its listeners."""

    def __init__(self) -> None:
        self.at: int | None = None

    def position(self) -> int | None:
        return self.at

    def advance(self, position: int) -> None:
        self.at = position


class Program:
    """What is being developed: answers in turn, and the last answer for ever. Shows what was told, too."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers or [GOOD])
        self.requests: list[Outgoing] = []
        self.told: list[str] = []
        self.pauses: list[float] = []

    async def send(self, outgoing: Outgoing) -> Answer:
        self.requests.append(outgoing)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def sent(self, event: PublicEvent, body: bytes, answer: Answer | None) -> None:
        self.told.append(f"sent {event.subject_id}")

    def given_up(self, event: PublicEvent) -> None:
        self.told.append(f"given up {event.subject_id}")

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        if len(self.pauses) > 20:
            raise asyncio.CancelledError

    @property
    def bodies(self) -> list[str]:
        return [one.body.decode() for one in self.requests]


@pytest.fixture
def site() -> WebhookSite:
    return WebhookSite(open_memory())


def listen(
    site: WebhookSite,
    kept: Kept,
    program: Program,
    *,
    scope: Scope = SCOPE,
    events: Sequence[str] = (ANY,),
    url: str = "http://here",
    meanwhile: Callable[[], object] = lambda: None,
    turns: int = 1,
) -> None:
    """Start a listener, and let it forward what there is, some times.

    meanwhile  happens after the views were brought up to date, before the log is read
    """

    def catch_up() -> int:
        reached = site.stores.projector.catch_up()
        meanwhile()
        return reached

    stream = EventStream(
        site.stores.events,
        public=site.public_events,
        updates=site.updates,
        notices=EndpointNotices(site.stores.views.webhook_endpoints),
        catch_up=catch_up,
    )
    forwarding = Forwarding(
        url=url or None,
        secret=SECRET,
        write=lambda event: event.subject_id.encode(),
        sender=program,
        reports=program,
        clock=site.clock,
        pause=program.pause,
    )
    listener = Listener(stream, forwarding, kept, scope, events)

    async def forward() -> None:
        position = await listener.begin()
        for _ in range(turns):
            position = await listener.catch_up(position)

    asyncio.run(forward())


def test_a_new_listener_begins_with_what_happens_next(site: WebhookSite) -> None:
    site.finished_run()
    kept, program = Kept(), Program()

    listen(site, kept, program)
    before = program.bodies
    later = [site.finished_run().id, site.finished_run("No.").id]
    listen(site, kept, program)
    listen(site, kept, program)

    assert (before, program.bodies) == ([], later)


def test_an_event_that_happens_while_the_log_is_read_comes_next(site: WebhookSite) -> None:
    kept, program = Kept(), Program()
    listen(site, kept, program)
    runs: list[str] = []

    listen(site, kept, program, meanwhile=lambda: runs.append(site.finished_run().id), turns=3)

    assert program.bodies == runs[:3] and len(runs) == 4


def test_each_request_is_signed_with_the_listeners_secret(site: WebhookSite) -> None:
    kept, program = Kept(), Program()
    listen(site, kept, program)
    run = site.finished_run()

    listen(site, kept, program)

    (request,) = program.requests
    assert request.headers["Stripe-Signature"] == stripe_signature(
        run.id.encode(), secrets=[SECRET], sent_at=NOON_SECONDS
    )
    assert request.headers["webhook-id"] == f"evt_{run.id[4:]}"


def test_an_event_that_was_not_accepted_before_a_stop_comes_first_after_it(site: WebhookSite) -> None:
    kept, away, back = Kept(), Program(AWAY), Program()
    listen(site, kept, away)
    first, second = site.finished_run().id, site.finished_run().id

    with pytest.raises(asyncio.CancelledError):
        listen(site, kept, away)
    listen(site, kept, back)

    assert set(away.bodies) == {first} and len(away.bodies) > TRIES
    assert away.pauses[: len(PAUSES_SECONDS) + 1] == [*PAUSES_SECONDS, PAUSES_SECONDS[-1]]
    assert back.bodies == [first, second]


def test_an_event_that_is_refused_again_and_again_does_not_hold_up_the_next(site: WebhookSite) -> None:
    kept, program = Kept(), Program(AWAY, *[BAD] * TRIES, GOOD)
    listen(site, kept, program)
    first, second = site.finished_run().id, site.finished_run().id

    listen(site, kept, program)

    assert program.bodies == [first] * (1 + TRIES) + [second]
    assert program.told == [*[f"sent {first}"] * (1 + TRIES), f"given up {first}", f"sent {second}"]


def test_only_events_of_its_account_mode_and_types_are_forwarded(site: WebhookSite) -> None:
    kept, program = Kept(), Program()
    listen(site, kept, program)
    site.finished_run()
    site.finished_run("No.", scope=Scope("acct_other", livemode=False))
    site.finished_run("No.", scope=Scope(SCOPE.account, livemode=True))
    failed = site.finished_run("No.").id

    listen(site, kept, program, events=[RUN_FAILED])

    assert program.bodies == [failed]


def test_events_of_report_types_are_forwarded_where_they_are_asked_for(site: WebhookSite) -> None:
    kept, others, program = Kept(), Program(), Program()
    listen(site, kept, others)
    beginning = kept.at
    site.load(days=31)

    listen(site, kept, others)
    kept.at = beginning
    listen(site, kept, program, events=[TYPE_UPDATED])

    assert others.bodies == []
    assert "balance.summary.1" in program.bodies and len(program.bodies) == len(set(program.bodies)) > 10


def test_without_an_address_events_are_shown_only(site: WebhookSite) -> None:
    kept, program = Kept(), Program()
    listen(site, kept, program, url="")
    run = site.finished_run().id

    listen(site, kept, program, url="")

    assert (program.requests, program.told) == ([], [f"sent {run}"])


def test_a_log_that_was_replaced_by_a_shorter_one_is_followed_from_its_end(site: WebhookSite) -> None:
    kept, program = Kept(), Program()
    kept.at = 1_000
    site.finished_run()

    listen(site, kept, program)

    assert program.bodies == [] and kept.at == site.stores.events.last_position()


def test_a_listener_is_told_of_an_endpoint_that_begins_to_fail(site: WebhookSite) -> None:
    kept, program = Kept(), Program()
    id = site.endpoint().row.id
    site.endpoint(scope=Scope("acct_other", livemode=False))
    listen(site, kept, program)

    endpoint = site.stores.events.find(WebhookEndpoint, id)
    assert endpoint is not None
    since = site.now() - timedelta(hours=2)
    endpoint.report_failures(since, FAILING_ATTEMPTS, FailureRule(), actor=ACTOR, at=site.now())
    site.stores.events.save(endpoint)
    listen(site, kept, program, scope=Scope("acct_other", livemode=False))
    assert program.bodies == []
    kept.at = site.stores.events.last_position() - 1
    listen(site, kept, program, events=[RUN_FAILED])
    assert program.bodies == []
    kept.at = site.stores.events.last_position() - 1
    listen(site, kept, program)

    assert program.bodies == [id]


def test_a_listener_is_told_of_a_declaration_that_moves_the_window(site: WebhookSite) -> None:
    kept, program = Kept(), Program()
    site.load(days=1)
    listen(site, kept, program, events=[TYPE_UPDATED])

    site.declare_complete(days=3)
    listen(site, kept, program, events=[TYPE_UPDATED])

    assert len(program.bodies) > 20
