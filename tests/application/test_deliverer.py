"""The deliverer: every event reaches every endpoint at least once, and an endpoint that fails holds up no other."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from application.delivery.delivery_loop import DeliveryLoop
from application.delivery.slots import MOST, MOST_OF_EACH, MOST_OF_FAILING, Slots
from application.ports.outbox import ClaimedDelivery, Delivery
from application.ports.webhook_sender import Answer, Outgoing
from application.views.registry import NAMES
from application.webhooks.endpoint_commands import ChangeEndpoint
from domain.access.caller import Scope
from domain.instants import DAY_SECONDS
from domain.webhooks.event_types import RUN_SUCCEEDED
from domain.webhooks.webhook_endpoint import WebhookEndpoint
from interfaces.settings import Settings
from interfaces.testing.memory.notifier import MemoryLogNotifier
from interfaces.testing.memory.store import open_memory
from tests.support.clock import NOON
from tests.support.deliveries import (
    ACCEPTED,
    FAILED,
    LEASE_SECONDS,
    FakeSender,
    a_deliverer,
    attempts_of,
    deliver_all,
    resending,
)
from tests.support.runs import SCOPE
from tests.support.webhooks import ACTOR, WebhookSite

LIVE = Scope(SCOPE.account, livemode=True)


def event_of(site: WebhookSite, scope: Scope = SCOPE) -> str:
    return f"evt_{site.finished_run(scope=scope).id[4:]}"


def pending(site: WebhookSite, event_id: str) -> int:
    return asyncio.run(site.outbox.pending([event_id])).get(event_id, 0)


def test_an_event_is_sent_once_to_each_endpoint_and_recorded(site: WebhookSite) -> None:
    endpoints = [site.endpoint().row.id for _ in range(3)]
    sender = FakeSender(lambda outgoing: Answer(204, body="ok"))
    event = event_of(site)

    deliver_all(site, a_deliverer(site, sender))

    assert sender.event_ids == [event] * 3
    assert sorted(attempt.endpoint_id for attempt in attempts_of(site, event)) == sorted(endpoints)
    for attempt in attempts_of(site, event):
        assert (attempt.number, attempt.status, attempt.error, attempt.answer) == (1, 204, None, "ok")
        assert attempt.started_at == NOON.timestamp() and attempt.is_delivered
    assert pending(site, event) == 0


def test_first_attempts_of_an_endpoint_begin_in_the_order_of_the_log(site: WebhookSite) -> None:
    site.endpoint()
    sender = FakeSender()
    events = [event_of(site) for _ in range(40)]

    deliver_all(site, a_deliverer(site, sender))

    assert sender.event_ids == events


def test_an_endpoint_that_is_away_for_three_days_gets_the_event_when_it_is_back(site: WebhookSite) -> None:
    site.endpoint(scope=LIVE)
    away = FakeSender(lambda outgoing: Answer(None, "The endpoint cannot be connected to: refused."))
    deliverer = a_deliverer(site, away)
    event = event_of(site, LIVE)

    for delay in Settings().webhook_schedule_live[:-1]:
        site.clock.move(delay)
        deliver_all(site, deliverer)
    assert site.now().timestamp() - NOON.timestamp() > 2 * DAY_SECONDS
    away.answer = lambda outgoing: ACCEPTED
    site.clock.move(Settings().webhook_schedule_live[-1] - 1)
    deliver_all(site, deliverer)
    assert pending(site, event) == 1
    site.clock.move(1)
    deliver_all(site, deliverer)

    numbers = [attempt.number for attempt in attempts_of(site, event)]
    assert numbers == list(range(1, 11)) and pending(site, event) == 0
    signed_at = [outgoing.headers["webhook-timestamp"] for outgoing in away.sent]
    assert len(set(signed_at)) == 10  # each attempt is signed anew, or receivers would refuse it


def test_in_test_mode_a_delivery_is_given_up_after_three_attempts(site: WebhookSite) -> None:
    site.endpoint()
    deliverer = a_deliverer(site, sender := FakeSender(lambda outgoing: FAILED))
    event = event_of(site)

    for _ in range(5):
        deliver_all(site, deliverer)
        site.clock.move(DAY_SECONDS)

    assert len(sender.sent) == 3 and pending(site, event) == 0
    assert [attempt.error for attempt in attempts_of(site, event)] == ["The endpoint answered 500."] * 3


def test_an_endpoint_that_asks_to_wait_is_left_alone_for_so_long(site: WebhookSite) -> None:
    site.endpoint()
    deliverer = a_deliverer(site, sender := FakeSender(lambda outgoing: Answer(503, retry_after_seconds=1_000.0)))
    event_of(site)

    for moved, sent in ((0, 1), (999, 1), (1, 2)):
        site.clock.move(moved)
        deliver_all(site, deliverer)
        assert len(sender.sent) == sent


def test_what_goes_wrong_unexpectedly_is_a_failed_attempt(site: WebhookSite, caplog: pytest.LogCaptureFixture) -> None:
    def broken(outgoing: Outgoing) -> Answer:
        raise OverflowError("too large")

    site.endpoint()
    event = event_of(site)
    deliverer = a_deliverer(site, sender := FakeSender(broken))

    deliver_all(site, deliverer)

    (attempt,) = attempts_of(site, event)
    assert (attempt.number, attempt.status, attempt.is_delivered) == (1, None, False)
    assert attempt.error == "It could not be sent: OverflowError. The log of the deliverer says more."
    assert attempt.due_again_at is not None and "too large" in caplog.text
    site.clock.move(LEASE_SECONDS)
    deliver_all(site, deliverer)
    assert len(sender.sent) == 1


def test_410_disables_the_endpoint_and_gives_up_what_is_due_to_it(site: WebhookSite) -> None:
    gone, other = site.endpoint().row.id, site.endpoint().row.id
    answers = iter((Answer(410), ACCEPTED))
    sender = FakeSender(lambda outgoing: next(answers))
    event = event_of(site)

    deliver_all(site, a_deliverer(site, sender))

    ends = {attempt.endpoint_id: attempt.status for attempt in attempts_of(site, event)}
    (disabled,) = [id for id, status in ends.items() if status == 410]
    endpoint = site.stores.events.find(WebhookEndpoint, disabled)
    assert endpoint is not None and not endpoint.is_enabled and disabled in (gone, other)
    assert pending(site, event) == 0


@pytest.mark.parametrize("is_sent_again", [False, True])
def test_what_happens_or_is_sent_again_after_an_endpoint_is_enabled_again_is_sent(
    site: WebhookSite, monkeypatch: pytest.MonkeyPatch, is_sent_again: bool
) -> None:
    id = site.endpoint().row.id
    answers = iter((Answer(410), ACCEPTED, ACCEPTED))
    sender = FakeSender(lambda outgoing: next(answers))
    drop = site.outbox.drop
    later = []

    def enabled_before_it_is_dropped(*args: Any) -> None:
        site.clock.move(1)
        asyncio.run(site.endpoints.change(ChangeEndpoint(SCOPE, ACTOR, id, disabled=False)))
        later.append(event_of(site))
        asyncio.run(site.feed.catch_up())
        if is_sent_again:
            asyncio.run(resending(site).recover(id, 0))
        drop(*args)

    monkeypatch.setattr(site.outbox, "drop", enabled_before_it_is_dropped)
    refused = event_of(site)

    deliver_all(site, a_deliverer(site, sender))

    again = [refused] if is_sent_again else []
    assert sorted(sender.event_ids) == sorted([refused, *again, *later]) and len(later) == 1
    assert pending(site, refused) == pending(site, later[0]) == 0


def test_what_is_due_to_a_deleted_endpoint_is_not_sent(site: WebhookSite) -> None:
    endpoint = site.endpoint().row.id
    deliverer = a_deliverer(site, sender := FakeSender(lambda outgoing: FAILED))
    events = [event_of(site) for _ in range(3)]
    deliver_all(site, deliverer)
    before = len(sender.sent)

    asyncio.run(site.endpoints.delete(SCOPE, endpoint, ACTOR))
    site.clock.move(DAY_SECONDS)
    deliver_all(site, deliverer)

    assert len(sender.sent) == before
    assert [pending(site, event) for event in events] == [0, 0, 0]


def test_what_is_due_while_views_are_made_anew_is_sent_once_they_have_it(site: WebhookSite) -> None:
    site.endpoint()
    event = event_of(site)
    asyncio.run(site.feed.catch_up())
    views = site.stores.views
    copy = views.fresh_copy(NAMES)
    copy.complete()
    with views.unit_of_work():
        views.replace_with(copy)
    deliverer = a_deliverer(site, sender := FakeSender())

    async def deliver() -> None:
        await deliverer.begin_due()
        await deliverer.settle()

    asyncio.run(deliver())

    assert sender.event_ids == [event]
    assert pending(site, event) == 0


def test_an_event_that_the_log_lacks_is_given_up(site: WebhookSite) -> None:
    endpoint = site.endpoint().row.id
    site.outbox.feed([Delivery("evt_lost", endpoint, RUN_SUCCEEDED, SCOPE.account, SCOPE.livemode, 1, 1)], 1)

    deliver_all(site, a_deliverer(site, sender := FakeSender()))

    assert sender.sent == [] and pending(site, "evt_lost") == 0


def test_nothing_is_attempted_before_the_outbox_was_fed(monkeypatch: pytest.MonkeyPatch) -> None:
    site = WebhookSite(open_memory())
    began: list[str] = []
    is_claiming = threading.Event()
    claim = site.outbox.claim

    def noted_claim(worker: str, **options: Any) -> Sequence[ClaimedDelivery]:
        began.append("claim")
        is_claiming.set()
        return claim(worker, **options)

    def feed_late() -> int:
        is_claiming.wait(0.2)
        began.append("feed")
        return site.stores.projector.catch_up()

    monkeypatch.setattr(site.outbox, "claim", noted_claim)
    monkeypatch.setattr(site.feed, "_catch_up", feed_late)
    loop = DeliveryLoop(
        feed=site.feed,
        outbox=site.outbox,
        deliverer=a_deliverer(site, FakeSender()),
        notifier=MemoryLogNotifier(),
        clock=site.clock,
    )

    async def run_until_something_is_claimed() -> None:
        running = asyncio.create_task(loop.run())
        await asyncio.to_thread(is_claiming.wait)
        loop.stop()
        await running

    asyncio.run(run_until_something_is_claimed())

    assert began[0] == "feed"


def test_a_deliverer_that_dies_between_sending_and_recording_leads_to_a_second_delivery(site: WebhookSite) -> None:
    site.endpoint()
    event = event_of(site)

    async def send_and_die() -> None:
        died = a_deliverer(site, first)
        await site.feed.catch_up()
        await died.begin_due()
        await asyncio.sleep(0)  # the request goes out; nothing is recorded of it

    first = FakeSender(lambda outgoing: asyncio.get_running_loop().create_future())
    asyncio.run(send_and_die())
    second = FakeSender()
    deliver_all(site, a_deliverer(site, second, "deliverer:2"))
    assert second.sent == []
    site.clock.move(LEASE_SECONDS)
    deliver_all(site, a_deliverer(site, second, "deliverer:2"))

    assert first.event_ids == second.event_ids == [event]
    assert [attempt.number for attempt in attempts_of(site, event)] == [1]


def test_a_deliverer_that_stops_hands_back_what_is_under_way(site: WebhookSite) -> None:
    site.endpoint()
    event = event_of(site)
    hanging = FakeSender(lambda outgoing: asyncio.get_running_loop().create_future())

    async def send_and_stop() -> None:
        deliverer = a_deliverer(site, hanging)
        await site.feed.catch_up()
        await deliverer.begin_due()
        await asyncio.sleep(0)
        await deliverer.hand_back()

    asyncio.run(send_and_stop())
    other = FakeSender()
    deliver_all(site, a_deliverer(site, other, "deliverer:2"))

    assert hanging.event_ids == other.event_ids == [event]


def test_a_hanging_endpoint_holds_one_slot_and_the_others_are_not_kept_waiting(site: WebhookSite) -> None:
    hanging, fast = site.endpoint(), [site.endpoint().row.id for _ in range(10)]
    asyncio.run(site.endpoints.change(ChangeEndpoint(SCOPE, ACTOR, hanging.row.id, url="https://hang.example/")))
    site.stores.projector.catch_up()
    events = [event_of(site) for _ in range(30)]

    async def answer(outgoing: Outgoing) -> Answer:
        if "hang" in outgoing.url:
            await asyncio.get_running_loop().create_future()
        return ACCEPTED

    sender = FakeSender(answer)

    async def deliver() -> None:
        deliverer = a_deliverer(site, sender)
        await site.feed.catch_up()
        while await deliverer.begin_due():
            while deliverer.under_way > 1:
                await asyncio.sleep(0)
        await deliverer.hand_back()

    asyncio.run(deliver())

    assert len([one for one in sender.sent if "hang" in one.url]) == 1
    assert sorted(one.headers["webhook-id"] for one in sender.sent if "hang" not in one.url) == sorted(
        events * len(fast)
    )


def test_slots_grow_with_success_and_fall_to_one_with_a_failure_or_a_slow_answer() -> None:
    slots = Slots()
    widths = []
    for is_success, seconds in ((True, 0.1), (True, 0.1), (True, 3.0), (True, 0.1), (False, 0.1)):
        slots.take("we_1")
        slots.give_back("we_1", is_success=is_success, seconds=seconds)
        widths.append(slots.room()["we_1"])

    assert widths == [2, 4, 1, 2, 1]
    for _ in range(10):
        slots.take("we_1")
        slots.give_back("we_1", is_success=True, seconds=0.1)
    assert slots.room()["we_1"] == MOST_OF_EACH


def test_failing_endpoints_hold_at_most_half_of_all_slots() -> None:
    slots = Slots()
    for number in range(MOST):
        slots.take(f"we_{number}")
        slots.give_back(f"we_{number}", is_success=False, seconds=20.0)

    dealt = [{id for id, room in slots.room().items() if room} for _ in range(2)]

    assert [len(ids) for ids in dealt] == [MOST_OF_FAILING] * 2
    assert len(dealt[0] | dealt[1]) == MOST, "each has its turn"
    for number in range(MOST_OF_FAILING):
        slots.take(f"we_{number}")
    assert slots.free == MOST - MOST_OF_FAILING
    assert set(slots.room().values()) == {0}
