"""Events, webhook endpoints and file links through the official client and a live server."""

from __future__ import annotations

import httpx
import pytest
from stripe import InvalidRequestError, StripeClient

from application.ledger.loading import LoadFiles
from application.ports.ledger import LedgerSource
from domain.instants import DAY_SECONDS
from interfaces.composition.commands import loading
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.support.client import REPLY_SECONDS
from tests.support.official import create, finished, plain
from tests.support.server import SampleInstallation
from tests.support.small_ledger import JANUARY_END, write_small_ledger

SUCCEEDED, UPDATED = "reporting.report_run.succeeded", "reporting.report_type.updated"


def test_a_finished_run_is_an_event_with_the_run_in_it(client: StripeClient) -> None:
    run = finished(client, create(client).id)

    event = client.v1.events.list({"type": SUCCEEDED, "limit": 1}).data[0]

    assert plain(client.v1.events.retrieve(event.id)) == plain(event)
    assert event.type == SUCCEEDED and event.livemode is False
    assert plain(event)["data"]["object"] == plain(run)
    assert event.request is not None and event.request.id is None


def test_events_are_walked_by_the_client(client: StripeClient) -> None:
    for _ in range(2):
        finished(client, create(client).id)

    walked = [event.id for event in client.v1.events.list({"limit": 3}).auto_paging_iter()]

    assert len(walked) == len(set(walked)) > 20
    with pytest.raises(InvalidRequestError, match="pass in only one"):
        client.v1.events.list({"type": "*", "types": [SUCCEEDED]})


def test_a_load_that_changes_a_window_is_an_event_of_each_report_type(
    client: StripeClient, installation: SampleInstallation
) -> None:
    def newest_end() -> int:
        events = client.v1.events.list({"type": UPDATED, "limit": 100}).data
        found = (event for event in events if event.data.object["id"] == "balance.summary.1")
        return int(next(found).data.object["data_available_end"])

    before = newest_end()
    with Installation(Settings(data=installation.data)) as opened:
        table, path = next(iter(write_small_ledger(installation.data).items()))
        order = LoadFiles([LedgerSource(table, path)], livemode=False, complete_through=JANUARY_END + 40 * DAY_SECONDS)
        loading(opened).load(order)

    offered = client.v1.reporting.report_types.retrieve("balance.summary.1").data_available_end
    assert (before, newest_end(), offered) == (JANUARY_END, JANUARY_END + 40 * DAY_SECONDS, newest_end())


def test_an_endpoint_is_made_changed_and_deleted(client: StripeClient) -> None:
    made = client.v1.webhook_endpoints.create(
        {"url": "https://example.com/hook", "enabled_events": ["*"], "metadata": {"team": "finance"}}
    )
    secret = plain(made)["secret"]
    changed = client.v1.webhook_endpoints.update(made.id, {"disabled": True, "metadata": ""})
    listed = client.v1.webhook_endpoints.list().data
    deleted = client.v1.webhook_endpoints.delete(made.id)

    assert (changed.status, plain(changed)["metadata"]) == ("disabled", {})
    assert secret.startswith("whsec_") and "secret" not in plain(changed)
    assert listed[0].id == made.id  # other tests have made some, too
    assert deleted.deleted is True
    with pytest.raises(InvalidRequestError, match="No such webhook endpoint"):
        client.v1.webhook_endpoints.retrieve(made.id)


def test_an_event_is_pending_for_each_endpoint_that_selects_it(client: StripeClient) -> None:
    endpoints = [
        client.v1.webhook_endpoints.create({"url": "https://example.com/hook", "enabled_events": [kind]})
        for kind in ("*", "reporting.report_run.failed")
    ]
    try:
        run = finished(client, create(client).id)
        event = client.v1.events.retrieve(f"evt_{run.id[4:]}")
        selecting = [
            endpoint
            for endpoint in client.v1.webhook_endpoints.list({"limit": 100}).data
            if endpoint.status == "enabled" and {"*", "reporting.report_run.succeeded"} & {*endpoint.enabled_events}
        ]
        assert endpoints[0].id in [endpoint.id for endpoint in selecting]
        assert event.pending_webhooks == len(selecting)
        undelivered = client.v1.events.list({"delivery_success": False, "limit": 100}).data
        assert undelivered == [] or event.id in [one.id for one in undelivered]
    finally:
        for endpoint in endpoints:
            client.v1.webhook_endpoints.delete(endpoint.id)


def test_a_file_link_opens_without_a_key_until_it_expires(client: StripeClient) -> None:
    run = finished(client, create(client).id)
    link = client.v1.file_links.create({"file": run.result.id, "metadata": {"for": "audit"}})

    opened = httpx.get(str(link.url), timeout=REPLY_SECONDS)
    shown = client.v1.reporting.report_runs.retrieve(run.id).result
    client.v1.file_links.update(link.id, {"expires_at": "now"})

    assert opened.status_code == 200 and opened.text.startswith('"')
    assert shown is not None and shown.links is not None and [one.id for one in shown.links.data] == [link.id]
    assert httpx.get(str(link.url), timeout=REPLY_SECONDS).status_code == 404
    assert [one.id for one in client.v1.file_links.list({"file": run.result.id, "expired": True}).data] == [link.id]
