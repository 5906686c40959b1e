"""Runs with an end that the caller chooses, for those who test what they built upon runs."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
from stripe import StripeClient

from tests.support.official import finished, plain
from tests.support.report_requests import A_REPORT, RUNS
from tests.support.server import SampleInstallation
from tests.support.small_ledger import JANUARY_END, JANUARY_START
from tests.wire.envelopes import body_of, refusal

PLANNED = "/v1/test_helpers/reporting/report_runs"


def test_a_run_fails_with_the_chosen_sentence(http: httpx.Client, client: StripeClient) -> None:
    made = http.post(PLANNED, data={**A_REPORT, "error": "The ledger is on holiday."})

    run = finished(client, made.json()["id"])

    assert made.json()["status"] == "pending"
    assert (run.status, run.error, run.result) == ("failed", "The ledger is on holiday.", None)
    assert plain(run.parameters) == {"interval_start": JANUARY_START, "interval_end": JANUARY_END}


def test_a_run_stays_pending_for_its_delay(http: httpx.Client, client: StripeClient) -> None:
    began = time.monotonic()

    made = http.post(PLANNED, data={**A_REPORT, "delay_seconds": "2"}).json()
    run = finished(client, made["id"])

    assert run.status == "succeeded"
    assert run.succeeded_at - run.created >= 2
    assert time.monotonic() - began > 1


def test_the_official_client_can_ask_for_it(client: StripeClient) -> None:
    form: dict[str, Any] = {"report_type": "balance.summary.1", "error": "No."}
    form["parameters"] = {"interval_start": JANUARY_START, "interval_end": JANUARY_END}

    made = client.deserialize(client.raw_request("post", PLANNED, **form), api_mode="V1")

    assert finished(client, made["id"]).error == "No."


def test_a_plan_under_one_idempotency_key_is_made_once(http: httpx.Client) -> None:
    headers = {"Idempotency-Key": "planned-once"}

    first, second = (http.post(PLANNED, data={**A_REPORT, "error": "No."}, headers=headers) for _ in range(2))

    assert first.json()["id"] == second.json()["id"]
    assert second.headers["idempotent-replayed"] == "true"


def test_there_are_no_plans_in_live_mode(web: httpx.Client, installation: SampleInstallation) -> None:
    answer = web.post(PLANNED, data=A_REPORT, headers={"Authorization": f"Bearer {installation.live_key}"})

    assert answer.status_code == 400
    assert body_of(answer) == refusal("Test helpers work in test mode only, and this key is a live-mode key.")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("delay_seconds", "-1", "delay_seconds must be 0 to 3600, and is -1."),
        ("delay_seconds", "3601", "delay_seconds must be 0 to 3600, and is 3601."),
        ("delay_seconds", "soon", "Invalid integer: soon"),
        ("status", "failed", "Received unknown parameter: status"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(http: httpx.Client, name: str, value: str, message: str) -> None:
    answer = http.post(PLANNED, data={**A_REPORT, name: value})

    assert (answer.status_code, answer.json()["error"]["message"]) == (400, message)
    assert answer.json()["error"]["param"] == name


def test_stripes_own_surface_knows_no_plans(http: httpx.Client) -> None:
    answer = http.post(RUNS, data={**A_REPORT, "error": "No."})

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "parameter_unknown")
