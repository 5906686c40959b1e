"""The outbox is fed one delivery for each event and each endpoint that is to have it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from application.log.event_store import LoggedEvent
from application.runs.report_types import Offer
from application.views.runs import RunRow
from application.webhooks.endpoint_commands import ChangeEndpoint
from application.webhooks.outbox_feed import NEW_OUTBOX_SECONDS
from domain.access.caller import Scope
from domain.errors import StoreUnavailable
from domain.webhooks.event_types import RUN_FAILED, RUN_SUCCEEDED, TYPE_UPDATED
from tests.support.runs import SCOPE
from tests.support.webhooks import ACTOR, WebhookSite

SHOP = Scope("acct_shop", livemode=False)


def told(site: WebhookSite) -> set[tuple[str, str]]:
    """Event and endpoint of every delivery that is due."""
    return {(one.delivery.event_id, one.delivery.endpoint_id) for one in site.claimed()}


def test_every_endpoint_that_selects_an_event_is_due_it_once(site: WebhookSite) -> None:
    every, failures = site.endpoint().row.id, site.endpoint(RUN_FAILED).row.id
    succeeded, failed = site.finished_run(), site.finished_run("No.")

    due = told(site)

    assert due == {
        (f"evt_{succeeded.id[4:]}", every),
        (f"evt_{failed.id[4:]}", every),
        (f"evt_{failed.id[4:]}", failures),
    }
    assert told(site) == set()


def test_an_endpoint_is_sent_nothing_from_before_it_was_made(site: WebhookSite) -> None:
    site.finished_run()
    site.load(days=1)
    site.endpoint("*", TYPE_UPDATED)

    assert told(site) == set()


def test_disabled_and_deleted_endpoints_are_fed_nothing(site: WebhookSite) -> None:
    disabled, deleted = site.endpoint().row.id, site.endpoint().row.id
    asyncio.run(site.endpoints.change(ChangeEndpoint(SCOPE, ACTOR, disabled, disabled=True)))
    asyncio.run(site.endpoints.delete(SCOPE, deleted, ACTOR))
    site.finished_run()

    assert told(site) == set()


def test_updates_of_report_types_go_to_endpoints_that_name_them(site: WebhookSite) -> None:
    site.endpoint("*")
    named = site.endpoint(TYPE_UPDATED).row.id
    site.load(days=1)

    due = site.due()

    assert len(due) > 20
    assert {one.endpoint.id for one in due if one} == {named}
    assert {type(one.event.subject) for one in due if one} == {Offer}


def test_a_declaration_that_moves_the_window_is_an_update_of_report_types(site: WebhookSite) -> None:
    named = site.endpoint(TYPE_UPDATED).row.id
    site.load(days=1)
    before = {event.id for event in site.updates_of()}
    told(site)

    assert site.declare_complete(days=3) and not site.declare_complete(days=3)

    declared = {event.id for event in site.updates_of()} - before
    assert len(declared) > 20
    assert told(site) == {(event, named) for event in declared}
    site.load(days=2)
    assert told(site) == set()


def test_connect_endpoints_are_told_of_connected_accounts_and_no_others(site: WebhookSite) -> None:
    site.account("acct_1")
    site.account("acct_shop", "acct_1")
    connect = site.endpoint("*", TYPE_UPDATED, connect=True).row.id
    own = site.finished_run()
    of_shop = site.finished_run(scope=SHOP)
    site.load(days=1, owner="acct_shop")

    due = [one for one in site.due() if one]

    assert {one.endpoint.id for one in due} == {connect}
    assert {one.connected_account for one in due} == {"acct_shop"}
    events = {one.event.id for one in due}
    assert f"evt_{of_shop.id[4:]}" in events and f"evt_{own.id[4:]}" not in events
    assert len(events) > 20


def test_a_due_delivery_holds_the_event_the_endpoint_and_every_secret_that_signs_it(site: WebhookSite) -> None:
    made = site.endpoint()
    run = site.finished_run()
    second = asyncio.run(site.endpoints.roll_secret(SCOPE, made.row.id, overlap_seconds=60, actor=ACTOR))
    (claimed,) = site.claimed()

    (due,) = asyncio.run(site.deliveries.prepare_all([claimed]))

    assert due is not None and isinstance(due.event.subject, RunRow)
    assert (due.event.subject.id, due.endpoint.id, due.pending) == (run.id, made.row.id, 1)
    assert (due.event.type, due.connected_account, due.endpoint.base_url) == (RUN_SUCCEEDED, None, "http://here")
    assert list(due.secrets) == [second, made.secret]
    site.clock.move(60)
    (later,) = asyncio.run(site.deliveries.prepare_all([claimed]))
    assert later is not None and list(later.secrets) == [second]


def test_an_outbox_that_another_deliverer_feeds_meanwhile_does_not_go_back(
    site: WebhookSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.endpoint()
    site.finished_run()
    catch_up = site.stores.projector.catch_up

    def while_another_feeds() -> int:
        last = catch_up()
        site.finished_run()
        site.outbox.feed([], site.stores.events.last_position())
        return last

    monkeypatch.setattr(site.feed, "_catch_up", while_another_feeds)
    asyncio.run(site.feed.catch_up())

    assert site.outbox.position() == site.stores.events.last_position()


@pytest.mark.parametrize("end", ["disable", "delete"])
def test_what_is_due_to_an_endpoint_that_is_gone_cannot_be_attempted(site: WebhookSite, end: str) -> None:
    endpoint = site.endpoint().row.id
    site.finished_run()
    (claimed,) = site.claimed()

    if end == "disable":
        asyncio.run(site.endpoints.change(ChangeEndpoint(SCOPE, ACTOR, endpoint, disabled=True)))
    else:
        asyncio.run(site.endpoints.delete(SCOPE, endpoint, ACTOR))
    site.stores.projector.catch_up()

    assert asyncio.run(site.deliveries.prepare_all([claimed])) == [None]


def test_an_outbox_that_is_new_looks_back_three_days_and_one_that_was_fed_any_time(site: WebhookSite) -> None:
    site.endpoint()
    site.finished_run()
    site.clock.move(NEW_OUTBOX_SECONDS + 1)
    recent = site.finished_run()
    assert {event for event, _ in told(site)} == {f"evt_{recent.id[4:]}"}

    missed = site.finished_run()
    site.clock.move(10 * NEW_OUTBOX_SECONDS)

    assert {event for event, _ in told(site)} == {f"evt_{run.id[4:]}" for run in (recent, missed)}


def test_a_new_outbox_looks_back_three_days_also_after_a_failure_amid_the_log(
    site: WebhookSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.webhooks.outbox_feed.BATCH_EVENTS", 1)
    site.endpoint()
    site.finished_run()
    after_one_run = site.stores.events.last_position()
    site.finished_run()
    site.clock.move(NEW_OUTBOX_SECONDS + 1)
    recent = site.finished_run()
    site.stores.projector.catch_up()
    read = site.stores.events.read

    def read_one_run(after: int, limit: int, last: int) -> Iterator[LoggedEvent]:
        if after >= after_one_run:
            raise StoreUnavailable("The store is away.")
        return read(after, limit, last)

    with monkeypatch.context() as broken:
        broken.setattr(site.stores.events, "read", read_one_run)
        with pytest.raises(StoreUnavailable):
            asyncio.run(site.feed.catch_up())

    assert {event for event, _ in told(site)} == {f"evt_{recent.id[4:]}"}


def test_an_outbox_ahead_of_a_log_that_was_replaced_goes_back_to_its_end(site: WebhookSite) -> None:
    site.endpoint()
    site.outbox.feed([], 1_000)
    asyncio.run(site.feed.catch_up())
    run = site.finished_run()

    assert {event for event, _ in told(site)} == {f"evt_{run.id[4:]}"}


def test_a_long_log_is_fed_in_batches(site: WebhookSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("application.webhooks.outbox_feed.BATCH_EVENTS", 4)
    site.endpoint()
    runs = [site.finished_run() for _ in range(9)]

    assert {event for event, _ in told(site)} == {f"evt_{run.id[4:]}" for run in runs}
    assert site.outbox.position() == site.stores.events.last_position()


def test_without_endpoints_the_log_is_passed_over(site: WebhookSite) -> None:
    for _ in range(3):
        site.finished_run()

    asyncio.run(site.feed.catch_up())

    assert site.outbox.position() == site.stores.events.last_position()
