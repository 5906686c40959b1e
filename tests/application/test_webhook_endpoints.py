"""Commands on webhook endpoints: limits, changes, secrets, deletion."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from eventsourcing.persistence import IntegrityError

from application.log.changes import TRIES
from application.log.idempotency_records import Append
from application.projecting.rebuild import rebuild
from application.views.paging import ListQuery
from application.views.registry import PROJECTIONS
from application.webhooks.endpoint_commands import ChangeEndpoint, CreateEndpoint
from application.webhooks.endpoints import EndpointLimits
from domain.access.caller import Scope
from domain.errors import InvalidParameter, InvalidUrl, NotFound, NotOneOf, StoreUnavailable, TooManyEndpoints
from domain.metadata import CLEARED, MetadataChange
from domain.webhooks.event_types import RUN_FAILED
from domain.webhooks.webhook_endpoint import WebhookEndpoint
from interfaces.testing.memory.store import open_memory
from tests.support.runs import SCOPE
from tests.support.webhooks import ACTOR, WebhookSite

LIVE = Scope("acct_1", livemode=True)


@pytest.fixture
def memory() -> WebhookSite:
    return WebhookSite(open_memory())


def secrets_of(site: WebhookSite, id: str) -> list[str]:
    return list(site.secrets.of(id, range(10)))


def test_an_endpoint_is_made_with_a_secret_and_read_back_without(site: WebhookSite) -> None:
    made = site.endpoint()

    found = asyncio.run(site.endpoints.get(SCOPE, made.row.id))

    assert found._replace(position=0, base_url="") == made.row._replace(base_url="")
    assert made.secret.startswith("whsec_") and secrets_of(site, made.row.id) == [made.secret]
    assert asyncio.run(site.endpoints.first_secret(made.row.id)) == made.secret


def test_a_secret_is_neither_in_the_log_nor_in_a_view(site: WebhookSite) -> None:
    made = site.endpoint()
    rolled = asyncio.run(site.endpoints.roll_secret(SCOPE, made.row.id, overlap_seconds=60, actor=ACTOR))
    asyncio.run(site.caught_up())

    written = str([vars(event) for _, event in site.stores.events.read(0, 100)])
    row = asyncio.run(site.stores.views.webhook_endpoints.by_id(made.row.id))
    assert "webhook_endpoint" in written or "we_" in written
    for secret in (made.secret, rolled):
        assert secret not in written and secret not in str(row)


def test_one_more_endpoint_than_the_limit_is_refused_in_its_own_account_and_mode(memory: WebhookSite) -> None:
    site = WebhookSite(memory.stores, EndpointLimits(2))
    first = site.endpoint()
    site.endpoint()

    with pytest.raises(TooManyEndpoints, match=r"the maximum of 2 test webhook endpoints\."):
        site.endpoint()
    site.endpoint(scope=LIVE)
    site.endpoint(scope=Scope("acct_2", livemode=False))
    asyncio.run(site.endpoints.delete(SCOPE, first.row.id, ACTOR))
    site.endpoint()


def test_two_that_are_made_at_once_do_not_both_take_the_last_place(memory: WebhookSite) -> None:
    site = WebhookSite(memory.stores, EndpointLimits(1))
    command = CreateEndpoint(SCOPE, ACTOR, "https://example.com", ["*"])

    async def both() -> Sequence[object]:
        return await asyncio.gather(
            site.endpoints.create(command), site.endpoints.create(command), return_exceptions=True
        )

    assert sorted(type(outcome).__name__ for outcome in asyncio.run(both())) == ["NewEndpoint", "TooManyEndpoints"]


def test_only_what_is_given_is_changed(site: WebhookSite) -> None:
    command = CreateEndpoint(
        SCOPE, ACTOR, "https://a.example", ["*"], description="A", metadata=MetadataChange({"a": "1", "b": "2"})
    )
    made = asyncio.run(site.endpoints.create(command)).row

    def changed(**changes: object) -> tuple[object, ...]:
        row = asyncio.run(site.endpoints.change(ChangeEndpoint(SCOPE, ACTOR, made.id, **changes)))  # type: ignore[arg-type]
        assert row == asyncio.run(site.endpoints.get(SCOPE, made.id))._replace(position=0)
        return row.url, row.enabled_events, row.description, row.metadata, row.status

    assert changed() == ("https://a.example", '["*"]', "A", '{"a":"1","b":"2"}', "enabled")
    assert changed(url="https://b.example")[0] == "https://b.example"
    assert changed(enabled_events=[RUN_FAILED, RUN_FAILED])[1] == f'["{RUN_FAILED}"]'
    assert changed(metadata=MetadataChange({"a": "", "c": "3"}))[3] == '{"b":"2","c":"3"}'
    assert changed(disabled=True)[4] == "disabled"
    assert changed(description="", metadata=CLEARED, disabled=False)[2:] == (None, "{}", "enabled")


def test_views_made_anew_have_every_endpoint_as_it_was(site: WebhookSite) -> None:
    id = site.endpoint().row.id
    for disabled in (True, False):
        asyncio.run(site.endpoints.change(ChangeEndpoint(SCOPE, ACTOR, id, disabled=disabled)))
    before = asyncio.run(site.endpoints.get(SCOPE, id))

    rebuild(site.stores.events, site.stores.views, PROJECTIONS, lambda done, goal: None)

    assert before.status == "enabled"
    assert asyncio.run(site.endpoints.get(SCOPE, id)) == before


def test_a_url_is_https_in_live_mode_unless_that_is_not_needed(memory: WebhookSite) -> None:
    command = CreateEndpoint(LIVE, ACTOR, "http://example.com", ["*"])

    with pytest.raises(InvalidUrl, match="https:// in live mode"):
        asyncio.run(memory.endpoints.create(command))
    made = memory.endpoint(scope=LIVE).row.id
    with pytest.raises(InvalidUrl, match="https:// in live mode"):
        asyncio.run(memory.endpoints.change(ChangeEndpoint(LIVE, ACTOR, made, url="http://example.com")))
    relaxed = WebhookSite(memory.stores, EndpointLimits(16, http_in_live=True))
    assert asyncio.run(relaxed.endpoints.create(command)).row.url == "http://example.com"


def test_an_event_type_that_is_never_sent_is_refused(memory: WebhookSite) -> None:
    with pytest.raises(NotOneOf, match="must be one of") as refused:
        memory.endpoint("*", "charge.succeeded")
    assert str(refused.value.param) == "enabled_events[1]"
    command = CreateEndpoint(SCOPE, ACTOR, "https://example.com", [])
    with pytest.raises(InvalidParameter, match="at least one event"):
        asyncio.run(memory.endpoints.create(command))


def test_an_account_that_is_connected_itself_has_no_connect_endpoints(memory: WebhookSite) -> None:
    memory.account("acct_p")
    memory.account("acct_shop", "acct_p")
    asyncio.run(memory.caught_up())

    memory.endpoint(scope=Scope("acct_p", livemode=False), connect=True)
    with pytest.raises(InvalidParameter, match="acct_shop is connected to a platform itself"):
        memory.endpoint(scope=Scope("acct_shop", livemode=False), connect=True)


def test_a_deleted_endpoint_is_gone_with_its_secrets_and_what_is_due_to_it(site: WebhookSite) -> None:
    made, other = site.endpoint(), site.endpoint()
    site.finished_run()
    asyncio.run(site.feed.catch_up())

    asyncio.run(site.endpoints.delete(SCOPE, made.row.id, ACTOR))

    assert secrets_of(site, made.row.id) == [] and secrets_of(site, other.row.id) == [other.secret]
    assert [one.delivery.endpoint_id for one in site.claimed()] == [other.row.id]
    for again in (
        site.endpoints.get(SCOPE, made.row.id),
        site.endpoints.change(ChangeEndpoint(SCOPE, ACTOR, made.row.id, disabled=True)),
        site.endpoints.delete(SCOPE, made.row.id, ACTOR),
    ):
        with pytest.raises(NotFound, match="No such webhook endpoint"):
            asyncio.run(again)
    page = asyncio.run(site.endpoints.page(ListQuery(SCOPE, 9)))
    assert [row.id for row in page.rows] == [other.row.id]
    after = asyncio.run(site.endpoints.page(ListQuery(SCOPE, 9, ending_before=made.row.id)))
    assert [row.id for row in after.rows] == [other.row.id]


def test_deleting_again_ends_a_deletion_that_was_cut_short(site: WebhookSite, monkeypatch: pytest.MonkeyPatch) -> None:
    id = site.endpoint().row.id
    site.finished_run()
    asyncio.run(site.feed.catch_up())

    def killed(endpoint_id: str) -> None:
        raise StoreUnavailable("The process was killed.")

    with monkeypatch.context() as cut_short:
        cut_short.setattr(site.secrets, "forget", killed)
        with pytest.raises(StoreUnavailable):
            asyncio.run(site.endpoints.delete(SCOPE, id, ACTOR))
    assert len(secrets_of(site, id)) == 1

    with pytest.raises(NotFound):
        asyncio.run(site.endpoints.delete(LIVE, id, ACTOR))
    assert len(secrets_of(site, id)) == 1, "another caller ends nothing"
    with pytest.raises(NotFound):
        asyncio.run(site.endpoints.delete(SCOPE, id, ACTOR))

    assert secrets_of(site, id) == [] and site.claimed() == []


def test_an_endpoint_of_the_other_mode_or_another_account_is_not_found(memory: WebhookSite) -> None:
    made = memory.endpoint().row.id

    with pytest.raises(NotFound, match="a similar object exists in test mode"):
        asyncio.run(memory.endpoints.get(LIVE, made))
    with pytest.raises(NotFound, match=f"No such webhook endpoint: '{made}'$"):
        asyncio.run(memory.endpoints.get(Scope("acct_2", livemode=False), made))


def test_a_change_that_loses_a_race_is_made_anew(memory: WebhookSite) -> None:
    made = memory.endpoint().row.id
    append, tries = memory.append, []

    async def contended(asked: Append) -> int:
        tries.append(asked)
        if len(tries) < TRIES:
            raise IntegrityError("another change was first")
        return await append(asked)

    memory.endpoints._changes._append = contended
    row = asyncio.run(memory.endpoints.change(ChangeEndpoint(SCOPE, ACTOR, made, disabled=True)))

    assert row.status == "disabled" and len(tries) == TRIES
    found = memory.stores.events.find(WebhookEndpoint, made)
    assert found is not None and found.version == 2
