"""Public events: one for each outcome of a run and each changed report type, as it was then."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from application.ports.outbox import Attempt
from application.projecting.rebuild import rebuild
from application.runs.report_types import Offer
from application.views.paging import Bounds, ListQuery
from application.views.registry import PROJECTIONS
from application.views.runs import RunRow
from application.webhooks.public_event import PublicEvent
from application.webhooks.public_events import EventFilter
from application.webhooks.type_updates import SCOPE_EVENTS
from domain.access.caller import Scope
from domain.errors import EventExpired, NotFound, ReferenceNotFound
from domain.instants import DAY_SECONDS
from domain.report_types import catalogue
from domain.webhooks.event_types import KEPT_SECONDS, RUN_FAILED, RUN_SUCCEEDED, TYPE_UPDATED
from interfaces.testing.memory.store import MemoryStore, open_memory
from tests.support.runs import SCOPE
from tests.support.webhooks import FIRST_DAY, NOON_SECONDS, WebhookSite

LIVE = Scope("acct_1", livemode=True)


def page(site: WebhookSite, *types: str, limit: int = 100, delivered: bool | None = None, **query: object) -> list[str]:
    """Ids of a page of events."""
    asked = ListQuery(SCOPE, limit, **query)  # type: ignore[arg-type]
    only = EventFilter(types or (RUN_SUCCEEDED, RUN_FAILED, TYPE_UPDATED), delivered)
    return [event.id for event in asyncio.run(site.public_events.page(asked, only)).rows]


def get(site: WebhookSite, id: str, scope: Scope = SCOPE) -> PublicEvent:
    return asyncio.run(site.public_events.get(scope, id))


def events_of_types(site: WebhookSite) -> list[PublicEvent]:
    return site.updates_of()


def test_a_run_that_has_ended_is_one_event_with_the_run_as_it_was(site: WebhookSite) -> None:
    succeeded, failed = site.finished_run(), site.finished_run("No more memory.")

    events = [get(site, f"evt_{run.id[4:]}") for run in (succeeded, failed)]

    assert [(event.type, event.scope, event.created) for event in events] == [
        (RUN_SUCCEEDED, SCOPE, NOON_SECONDS),
        (RUN_FAILED, SCOPE, NOON_SECONDS),
    ]
    subjects = [event.subject for event in events]
    assert all(isinstance(subject, RunRow) for subject in subjects)
    assert [(run.id, run.status, run.error) for run in subjects if isinstance(run, RunRow)] == [
        (succeeded.id, "succeeded", None),
        (failed.id, "failed", "No more memory."),
    ]


def test_a_pending_run_is_no_event(site: WebhookSite) -> None:
    run = site.finished_run()
    pending = run.request("balance.summary.1", {}, scope=SCOPE, actor="key_1", at=site.now())
    site.stores.events.save(pending)

    assert page(site) == [f"evt_{run.id[4:]}"]
    with pytest.raises(NotFound, match="No such event: 'evt_"):
        get(site, f"evt_{pending.id[4:]}")


def test_only_an_event_id_names_an_event(site: WebhookSite) -> None:
    run = site.finished_run()

    for id in (run.id, run.id.removeprefix("frr_"), run.id.replace("frr_", "evt_frr_")):
        with pytest.raises(NotFound, match=f"No such event: '{id}'"):
            asyncio.run(site.public_events.get(SCOPE, id))


def test_a_load_that_changes_a_window_is_one_event_for_each_report_type_of_its_table(site: WebhookSite) -> None:
    site.load(days=2)

    events = events_of_types(site)

    own = [one for one in catalogue() if not one.about_connected_accounts and one.table == "balance_transactions"]
    assert own
    start = FIRST_DAY * DAY_SECONDS
    window = (start, start + 2 * DAY_SECONDS)
    assert {event.type for event in events} == {TYPE_UPDATED}
    offers = [event.subject for event in events if isinstance(event.subject, Offer)]
    live_only = {one.id for one in catalogue() if one.live_only}
    assert [offer.report_type.id for offer in offers] == [one.id for one in own if one.id not in live_only]
    assert {(offer.window.start, offer.window.end, offer.updated) for offer in offers} == {(*window, NOON_SECONDS)}


def test_a_load_that_changes_no_window_is_no_event(site: WebhookSite) -> None:
    site.load(days=2)
    before = events_of_types(site)
    site.clock.move(60)

    assert site.load(days=1)

    assert events_of_types(site) == before


@pytest.mark.parametrize(("spare", "reads"), [(0, 1), (-1, 3)])
def test_events_of_report_types_are_cached_up_to_a_number_of_events(
    monkeypatch: pytest.MonkeyPatch, spare: int, reads: int
) -> None:
    site = WebhookSite(open_memory())
    site.load(days=1)
    read, scopes = site.updates._read, []

    async def counted(scope: Scope) -> Sequence[PublicEvent]:
        scopes.append(scope)
        return await read(scope)

    events = len(site.updates_of())
    monkeypatch.setattr("application.webhooks.type_updates.MOST_EVENTS", 2 * (SCOPE_EVENTS + events) + spare)
    monkeypatch.setattr(site.updates, "_read", counted)
    for account in ("acct_2", SCOPE.account, "acct_2"):
        assert len(site.updates_of(Scope(account, livemode=False))) == events

    assert len(scopes) == reads


def test_each_load_tells_the_window_as_it_was_then(site: WebhookSite) -> None:
    for days in (2, 3, 5):
        site.load(days)
        site.clock.move(60)

    ends = [event.subject.window.end for event in events_of_types(site) if isinstance(event.subject, Offer)]

    assert sorted(set(ends)) == [(FIRST_DAY + days) * DAY_SECONDS for days in (2, 3, 5)]
    assert ends == sorted(ends)


def test_a_load_for_one_account_is_an_event_of_that_account_and_of_its_platform(site: WebhookSite) -> None:
    platform, shop, other = site.account("acct_p"), site.account("acct_shop", "acct_p"), site.account("acct_other")
    site.load(days=1)
    site.clock.move(60)
    site.load(days=4, owner=shop)

    def told(account: str) -> set[tuple[bool, int]]:
        """Whether the type is about connected accounts, and days of its window."""
        return {
            (event.subject.report_type.about_connected_accounts, event.subject.window.end // DAY_SECONDS - FIRST_DAY)
            for event in site.updates_of(Scope(account, livemode=False))
            if isinstance(event.subject, Offer)
        }

    assert told(shop) == {(False, 1), (False, 4)}
    assert told(platform) == {(False, 1), (True, 1), (True, 4)}
    assert told(other) == {(False, 1)}


def test_modes_have_separate_events(site: WebhookSite) -> None:
    run = site.finished_run(scope=LIVE)
    site.load(days=1, livemode=True)

    assert page(site) == []
    with pytest.raises(NotFound, match="a similar object exists in live mode"):
        get(site, f"evt_{run.id[4:]}")
    assert site.updates_of(LIVE)


def test_events_are_paged_newest_first_also_between_those_of_one_load(site: WebhookSite) -> None:
    first = site.finished_run()
    site.load(days=1)
    site.load(days=2)
    last = site.finished_run("No.")
    every = page(site)

    walked: list[str] = []
    while found := page(site, limit=7, starting_after=walked[-1] if walked else None):
        walked += found
    back: list[str] = []
    while found := page(site, limit=7, ending_before=back[0] if back else every[-1]):
        back = found + back

    assert every[0] == f"evt_{last.id[4:]}" and every[-1] == f"evt_{first.id[4:]}"
    assert len(set(every)) == len(every) > 20
    assert walked == every
    assert back == every[:-1]


def test_events_are_filtered_by_type_and_time(site: WebhookSite) -> None:
    succeeded = site.finished_run()
    site.clock.move(10)
    failed = site.finished_run("No.")
    site.load(days=1)

    assert page(site, RUN_SUCCEEDED) == [f"evt_{succeeded.id[4:]}"]
    assert page(site, RUN_FAILED, RUN_SUCCEEDED) == [f"evt_{failed.id[4:]}", f"evt_{succeeded.id[4:]}"]
    assert set(page(site, TYPE_UPDATED)) == {event.id for event in events_of_types(site)}
    assert page(site, created=Bounds(0, NOON_SECONDS + 9)) == [f"evt_{succeeded.id[4:]}"]
    assert page(site, RUN_SUCCEEDED, starting_after=f"evt_{failed.id[4:]}") == [f"evt_{succeeded.id[4:]}"]
    with pytest.raises(ReferenceNotFound, match="No such event: 'evt_wat'"):
        page(site, starting_after="evt_wat")


def test_events_are_kept_for_30_days_and_then_said_to_have_expired(site: WebhookSite) -> None:
    run = site.finished_run()
    site.load(days=1)
    update = events_of_types(site)[0]
    site.clock.move(KEPT_SECONDS)
    assert len(page(site)) > 1

    site.clock.move(1)

    assert page(site) == []
    for id in (f"evt_{run.id[4:]}", update.id):
        with pytest.raises(EventExpired, match=f"No such event: '{id}'.*expired: events are kept for 30 days"):
            get(site, id)


def test_replaying_the_log_gives_the_same_events(site: WebhookSite) -> None:
    site.finished_run()
    site.finished_run("No.")
    site.load(days=1)
    site.load(days=2)
    asked = ListQuery(SCOPE, 1_000)
    before = asyncio.run(site.public_events.page(asked)).rows

    rebuild(site.stores.events, site.stores.views, PROJECTIONS, lambda done, goal: None)

    again = WebhookSite(site.stores)
    assert asyncio.run(again.public_events.page(asked)).rows == before
    assert len(before) > 20


def test_pending_webhooks_are_counted_before_and_after_the_outbox_was_fed(site: WebhookSite) -> None:
    early = site.finished_run()
    endpoints = [site.endpoint(), site.endpoint(RUN_FAILED), site.endpoint(RUN_SUCCEEDED)]
    late = site.finished_run()
    events = [get(site, f"evt_{run.id[4:]}") for run in (early, late)]

    def pending() -> list[int]:
        counts = asyncio.run(site.public_events.pending(events))
        return [counts.get(event.id, 0) for event in events]

    assert pending() == [0, 2]
    claimed = site.claimed()
    assert pending() == [0, 2]
    assert {one.delivery.endpoint_id for one in claimed} == {endpoints[0].row.id, endpoints[2].row.id}
    site.outbox.give_up("deliverer:1", [claimed[0].delivery])
    assert pending() == [0, 1]


def test_events_are_filtered_by_whether_they_were_delivered(site: WebhookSite) -> None:
    if isinstance(site.stores, MemoryStore):
        pytest.skip("views in memory do not know deliveries")
    early = site.finished_run()
    site.endpoint("*", TYPE_UPDATED)
    late = site.finished_run()
    site.load(days=1)
    claimed = site.claimed()
    updates = [event.id for event in events_of_types(site)]

    assert page(site, delivered=True) == [f"evt_{early.id[4:]}"]
    assert set(page(site, delivered=False)) == {*updates, f"evt_{late.id[4:]}"}
    site.outbox.record("deliverer:1", [
        Attempt(one.delivery.event_id, one.delivery.endpoint_id, 1, 0, 0, 200, None, "", is_delivered=True)
        for one in claimed
    ])  # fmt: skip
    assert set(page(site, delivered=True)) == {*updates, f"evt_{late.id[4:]}", f"evt_{early.id[4:]}"}
    assert page(site, delivered=False) == []
