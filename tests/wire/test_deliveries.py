"""Deliveries of a live server to real receivers on loopback, verified as their owners verify them."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from stripe import InvalidRequestError, StripeClient

from domain.webhooks.signing_secret import new_secret
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.support.endpoints import endpoints_of
from tests.support.in_process import in_process
from tests.support.official import create, finished, plain, stripe_client
from tests.support.processes import until
from tests.support.receiver import Received, Receiver, receiving, status
from tests.support.server import STOP_SECONDS, SampleInstallation, install, serving
from tests.support.site import site_in

LOOPBACK = {"webhook_networks": "127.0.0.0/8", "webhook_schedule_test": "0,0.2,0.2", "webhook_timeout_seconds": "30"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> SampleInstallation:
    return install(tmp_path_factory.mktemp("deliveries"))


@pytest.fixture(scope="module")
def delivering(site: SampleInstallation) -> Iterator[StripeClient]:
    with serving(site.data, "--deliverers", "1", **LOOPBACK) as address:
        yield stripe_client(site.test_key, address)


@contextmanager
def an_endpoint(client: StripeClient, url: str, **more: Any) -> Iterator[dict[str, Any]]:
    parameters: Any = {"url": url, "enabled_events": ["*"], **more}
    made = client.v1.webhook_endpoints.create(parameters)
    try:
        yield plain(made)
    finally:
        client.v1.webhook_endpoints.delete(made.id)


def a_delivery(receiver: Receiver, event_id: str, times: int = 1) -> Received:
    until(lambda: receiver.event_ids.count(event_id) >= times, f"{event_id} was not delivered {times} times")
    return [one for one in receiver.received if one.event_id == event_id][-1]


def test_the_official_client_constructs_each_event_that_is_delivered(delivering: StripeClient) -> None:
    with receiving() as receiver, an_endpoint(delivering, receiver.url, api_version="2026-10-28.endive") as endpoint:
        run = finished(delivering, create(delivering).id)
        received = a_delivery(receiver, f"evt_{run.id[4:]}")

        event = delivering.construct_event(received.body, received.headers["stripe-signature"], endpoint["secret"])

        assert (event.type, event.api_version) == ("reporting.report_run.succeeded", "2026-10-28.endive")
        assert plain(event)["data"]["object"] == plain(run)
        assert received.event["pending_webhooks"] == 1
        until(lambda: delivering.v1.events.retrieve(event.id).pending_webhooks == 0, "the event stays pending")


def test_the_official_node_client_constructs_it_too(delivering: StripeClient) -> None:
    node = shutil.which("node")
    if node is None or subprocess.run([node, "-e", "require('stripe')"], check=False, capture_output=True).returncode:
        pytest.skip("node, or its stripe package, is not installed")
    with receiving() as receiver, an_endpoint(delivering, receiver.url) as endpoint:
        run = finished(delivering, create(delivering).id)
        received = a_delivery(receiver, f"evt_{run.id[4:]}")

    program = """
        const Stripe = require("stripe")
        const stripe = new (Stripe.default || Stripe)("sk_test_1")
        const { BODY, SIGNATURE, SECRET } = process.env
        console.log(JSON.stringify(stripe.webhooks.constructEvent(Buffer.from(BODY, "base64"), SIGNATURE, SECRET)))
    """
    environment = {
        **os.environ,
        "BODY": base64.b64encode(received.body).decode(),
        "SIGNATURE": received.headers["stripe-signature"],
        "SECRET": endpoint["secret"],
    }
    done = subprocess.run([node, "-e", program], env=environment, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout) == received.event


def test_the_verifier_of_standard_webhooks_accepts_it(delivering: StripeClient) -> None:
    with receiving() as receiver, an_endpoint(delivering, receiver.url) as endpoint:
        run = finished(delivering, create(delivering).id)
        received = a_delivery(receiver, f"evt_{run.id[4:]}")

    assert Webhook(endpoint["secret"]).verify(received.body, received.headers) == received.event
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(received.body, received.headers)


def test_an_endpoint_that_fails_once_is_sent_the_event_again_under_a_new_signature(delivering: StripeClient) -> None:
    with receiving(status(500), status(200)) as receiver, an_endpoint(delivering, receiver.url):
        run = finished(delivering, create(delivering).id)
        event_id = f"evt_{run.id[4:]}"
        a_delivery(receiver, event_id, times=2)

        first, second = [one for one in receiver.received if one.event_id == event_id]
        assert first.body == second.body
        until(lambda: delivering.v1.events.retrieve(event_id).pending_webhooks == 0, "the event stays pending")


def test_an_endpoint_that_is_gone_is_disabled(delivering: StripeClient) -> None:
    with receiving(status(410)) as receiver, an_endpoint(delivering, receiver.url) as endpoint:
        finished(delivering, create(delivering).id)

        def status_now() -> str:
            return str(delivering.v1.webhook_endpoints.retrieve(endpoint["id"]).status)

        until(lambda: status_now() == "disabled", "the endpoint stays enabled")
        assert len(receiver.received) == 1


def test_loopback_is_refused_where_no_network_is_named(tmp_path: Path) -> None:
    site = install(tmp_path / "data")
    with receiving() as receiver:
        made = {"url": receiver.url, "enabled_events": ["*"]}
        settings = Settings(data=site.data, webhook_networks=(LOOPBACK["webhook_networks"],))
        with Installation(settings) as installation, in_process(installation) as api:
            form = {"url": receiver.url, "enabled_events[]": "*"}
            assert api("POST", "/v1/webhook_endpoints", key=site.test_key, data=form).status_code == 200
        with serving(site.data, "--deliverers", "1", webhook_schedule_test="0") as address:
            client = stripe_client(site.test_key, address)
            run = finished(client, create(client).id)
            event_id = f"evt_{run.id[4:]}"
            until(lambda: client.v1.events.retrieve(event_id).pending_webhooks == 0, "the delivery is not given up")

            assert receiver.connections == 0
            undelivered = client.v1.events.list({"delivery_success": False}).data
            assert event_id in [event.id for event in undelivered]
            with pytest.raises(InvalidRequestError, match="REPORTRUN_WEBHOOK_NETWORKS"):
                client.v1.webhook_endpoints.create(made)  # type: ignore[arg-type]


def test_deliverers_of_a_command_of_their_own_share_the_work(tmp_path: Path) -> None:
    site = install(tmp_path / "data")
    settings = {f"REPORTRUN_{name.upper()}": value for name, value in LOOPBACK.items()}
    environment = {**os.environ, **settings, "REPORTRUN_DATA": str(site.data)}
    command = [sys.executable, "-m", "interfaces.cli.main", "deliver", "--processes", "2"]
    with serving(site.data, **LOOPBACK) as address, receiving() as receiver:
        client = stripe_client(site.test_key, address)
        with an_endpoint(client, receiver.url):
            events = [f"evt_{finished(client, create(client).id).id[4:]}" for _ in range(5)]
            assert receiver.connections == 0

            with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as deliverers:
                until(lambda: {*receiver.event_ids} == {*events}, "events are not delivered")
                deliverers.terminate()
                assert deliverers.wait(STOP_SECONDS) == 0

    assert sorted(receiver.event_ids) == sorted(events)


def test_a_killed_server_takes_its_deliverer_with_it_and_the_next_one_delivers(tmp_path: Path) -> None:
    with site_in(tmp_path) as site, endpoints_of(site) as endpoints:
        site.start()
        client = stripe_client(site.key, site.address)
        ids = [finished(client, create(client).id).id for _ in range(3)]
        site.kill("server")
        until(site.all_gone, "a child outlived its server")
        site.start()
        client = stripe_client(site.key, site.address)
        ids.append(finished(client, create(client).id).id)

        assert endpoints.untold([f"evt_{id[4:]}" for id in ids]) == []
