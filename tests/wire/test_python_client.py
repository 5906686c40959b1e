"""The official Python client, unchanged, against a live server."""

from __future__ import annotations

import time

import httpx
from stripe import StripeClient
from stripe.reporting import ReportRun

from tests.support.small_ledger import JANUARY_END, JANUARY_START

FINISH_SECONDS = 30


def create(client: StripeClient, report_type: str = "balance.summary.1") -> ReportRun:
    return client.v1.reporting.report_runs.create(
        {
            "report_type": report_type,
            "parameters": {"interval_start": JANUARY_START, "interval_end": JANUARY_END},
        }
    )


def finished(client: StripeClient, id: str) -> ReportRun:
    """The run, once it is no longer pending."""
    deadline = time.monotonic() + FINISH_SECONDS
    while (run := client.v1.reporting.report_runs.retrieve(id)).status == "pending":
        assert time.monotonic() < deadline, f"{id} was not finished in {FINISH_SECONDS} s"
    return run


def test_a_report_is_asked_for_waited_for_and_downloaded(client, installation):
    created = create(client)

    run = finished(client, created.id)

    assert (run.status, run.error) == ("succeeded", None)
    for auth in (httpx.BasicAuth(installation.test_key, ""), _bearer(installation.test_key)):
        contents = httpx.get(run.result.url, auth=auth)
        assert contents.status_code == 200
        assert len(contents.content) == run.result.size
        assert contents.text.splitlines()[0] == '"category","description","net_amount","currency"'


def _bearer(key: str) -> httpx.Auth:
    class Bearer(httpx.Auth):
        def auth_flow(self, request):
            request.headers["Authorization"] = f"Bearer {key}"
            yield request

    return Bearer()
