"""The official Python client, unchanged, against a live server."""

from __future__ import annotations

import csv
import io
import socket
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
import stripe
from stripe import StripeClient

from tests.support.client import REPLY_SECONDS
from tests.support.official import create, finished, plain, stripe_client
from tests.support.server import SampleInstallation, serving


def test_a_report_is_asked_for_waited_for_and_downloaded(
    client: StripeClient, installation: SampleInstallation
) -> None:
    created = create(client)

    run = finished(client, created.id)

    assert (created.status, created.result) == ("pending", None)
    assert (run.status, run.error, run.id) == ("succeeded", None, created.id)
    for auth in (httpx.BasicAuth(installation.test_key, ""), Bearer(installation.test_key)):
        contents = httpx.get(run.result.url, auth=auth, timeout=REPLY_SECONDS)
        rows = list(csv.DictReader(io.StringIO(contents.text)))
        assert (contents.status_code, len(contents.content)) == (200, run.result.size)
        assert {row["currency"] for row in rows} == {"usd"}


def test_columns_come_in_the_order_that_was_asked_for(client: StripeClient, installation: SampleInstallation) -> None:
    run = finished(client, create(client, "payouts.itemized.3", columns=("net", "currency", "fee")).id)

    contents = httpx.get(run.result.url, auth=(installation.test_key, ""), timeout=REPLY_SECONDS)

    assert run.parameters.columns == ["net", "currency", "fee"]
    assert contents.text.splitlines()[0] == '"net","currency","fee"'


def test_what_is_retrieved_and_what_is_listed_are_the_same(client: StripeClient, finished_run: dict[str, Any]) -> None:
    listed = client.v1.reporting.report_runs.list({"limit": 100}).data

    assert finished_run in [plain(run) for run in listed]
    assert plain(client.v1.files.retrieve(finished_run["result"]["id"])) == finished_run["result"]


def test_report_types_are_listed_and_retrieved(client: StripeClient) -> None:
    types = client.v1.reporting.report_types.list()

    assert not types.has_more
    assert all(plain(client.v1.reporting.report_types.retrieve(one.id)) == plain(one) for one in types.data)


def test_pages_turn_by_themselves_both_ways(installation: SampleInstallation, address: str) -> None:
    client = stripe_client(installation.stranger_key, address)
    runs, files = installation.past_runs, installation.past_files

    older = client.v1.reporting.report_runs.list({"limit": 5}).auto_paging_iter()
    newer = client.v1.reporting.report_runs.list({"limit": 5, "ending_before": runs[-1]}).auto_paging_iter()
    files_older = client.v1.files.list({"limit": 5}).auto_paging_iter()

    assert [run.id for run in older] == list(runs)
    assert [run.id for run in newer] == list(runs[-2::-1])
    assert [file.id for file in files_older] == list(files)


def test_the_client_writes_filters_that_are_understood(installation: SampleInstallation, address: str) -> None:
    client = stripe_client(installation.stranger_key, address)
    third = client.v1.reporting.report_runs.retrieve(installation.past_runs[2])

    page = client.v1.reporting.report_runs.list({"created": {"gte": third.created}, "limit": 2})

    assert [run.id for run in page.data] == list(installation.past_runs[:2])
    assert page.has_more


@pytest.mark.parametrize(
    ("call", "error", "status", "code"),
    [
        (lambda it: it.v1.reporting.report_runs.retrieve("frr_x"), stripe.InvalidRequestError, 404, "resource_missing"),
        (
            lambda it: it.v1.reporting.report_runs.create({"report_type": "wat.1"}),
            stripe.InvalidRequestError,
            400,
            "resource_missing",
        ),
        (
            lambda it: it.v1.reporting.report_runs.list({"limit": "x"}),
            stripe.InvalidRequestError,
            400,
            "parameter_invalid_integer",
        ),
        (
            lambda it: it.v1.files.list({}, {"stripe_account": "acct_x"}),
            stripe.PermissionError,
            403,
            "account_invalid",
        ),
        (lambda it: it.v1.files.list({}, {"api_key": "sk_test_x"}), stripe.AuthenticationError, 401, None),
    ],
)
def test_errors_come_as_the_classes_that_integrations_catch(
    client: StripeClient, call: Callable[..., Any], error: type[stripe.StripeError], status: int, code: str | None
) -> None:
    with pytest.raises(error) as refused:
        call(client)

    body: Any = refused.value.json_body
    assert (refused.value.http_status, body["error"].get("code")) == (status, code)
    assert str(refused.value.request_id).startswith("req_")


def test_an_unusable_parameter_is_named_to_the_client(client: StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        create(client, timezone="Mars/Olympus")

    assert refused.value.param == "parameters[timezone]"


def test_a_header_of_the_client_is_answered_in_kind(client: StripeClient) -> None:
    run = create(client)

    assert run.last_response.headers["stripe-version"] == stripe.api_version
    assert run.last_response.headers["idempotency-key"] == run.last_response.idempotency_key
    assert run.last_response.request_id == run.last_response.headers["original-request"]


def test_a_create_with_a_lost_response_is_retried_by_the_client_and_makes_one_run(
    installation: SampleInstallation, address: str
) -> None:
    key = installation.connected_key

    def runs_there() -> int:
        return len(list(stripe_client(key, address).v1.reporting.report_runs.list({"limit": 100}).auto_paging_iter()))

    before = runs_there()
    with forgetful(address) as (lossy, asked):
        client = StripeClient(key, base_addresses={"api": lossy}, max_network_retries=2)
        run = create(client)

    assert len(asked) == 2 and len(set(asked)) == 1
    assert run.last_response.headers["idempotent-replayed"] == "true"
    assert runs_there() == before + 1


@contextmanager
def forgetful(address: str) -> Iterator[tuple[str, list[str]]]:
    """A way to the server on which the first answer is lost; gives its address, and the keys that came along."""
    asked: list[str] = []

    class Way(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(self.headers["Idempotency-Key"])
            answer = httpx.post(
                f"{address}{self.path}", content=body, headers=dict(self.headers), timeout=REPLY_SECONDS
            )
            if len(asked) == 1:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(answer.status_code)
            for name in ("content-type", "content-length", "request-id", "idempotent-replayed"):
                self.send_header(name, answer.headers[name])
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, format: str, *words: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Way) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:  # or a test that fails leaves a thread behind, for which the test run never ends
            server.shutdown()
            thread.join()


def test_a_public_url_is_what_links_begin_with(installation: SampleInstallation, finished_run: dict[str, Any]) -> None:
    with serving(installation.data, "--workers", "0", public_url="https://reports.example/") as address:
        run = stripe_client(installation.test_key, address).v1.reporting.report_runs.retrieve(finished_run["id"])

    assert run.result is not None
    assert run.result.url == f"https://reports.example/v1/files/{run.result.id}/contents"


class Bearer(httpx.Auth):
    def __init__(self, key: str) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._key}"
        yield request
