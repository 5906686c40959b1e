"""Idempotency keys, over a live server: one run and one response for all repeated requests."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.support.client import REPLY_SECONDS
from tests.support.processes import until
from tests.support.report_requests import A_REPORT, RUNS
from tests.support.server import WITHOUT_WORKER, SampleInstallation, install, serving


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    return f"{request.node.name}-{time.monotonic_ns()}"


def create(http: httpx.Client, key: str, form: dict[str, str] = A_REPORT, **headers: str) -> httpx.Response:
    return http.post(RUNS, data=form, headers={"Idempotency-Key": key, **headers})


def runs_since(http: httpx.Client, newest: str) -> list[str]:
    """The ids of runs that are newer than one, newest first; others of this folder have made any number before."""
    return [run["id"] for run in http.get(RUNS, params={"limit": 100, "ending_before": newest}).json()["data"]]


def test_the_same_request_again_is_answered_with_the_first_bytes_and_a_new_request_id(
    http: httpx.Client, key: str
) -> None:
    first = create(http, key)
    run_id = first.json()["id"]
    until(lambda: http.get(f"{RUNS}/{run_id}").json()["status"] != "pending", "the run does not end")

    again = create(http, key)

    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["request-id"] != first.headers["request-id"]
    assert again.headers["original-request"] == first.headers["request-id"] == first.headers["original-request"]
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotency-key"] == first.headers["idempotency-key"] == key


def test_parameters_in_another_order_are_the_same_request(http: httpx.Client, key: str) -> None:
    first = create(http, key)

    again = create(http, key, dict(reversed(A_REPORT.items())))

    assert again.content == first.content


def test_other_parameters_under_the_same_key_are_refused(http: httpx.Client, key: str) -> None:
    create(http, key)

    refused = create(http, key, {**A_REPORT, "parameters[currency]": "usd"})

    body = refused.json()["error"]
    assert refused.status_code == 400
    assert re.fullmatch(r"http://.*/test/logs/req_\w+\?t=\d+", body.pop("request_log_url"))
    assert body == {
        "message": "Keys for idempotent requests can only be used with the same parameters they were first used with. "
        f"Try using a key other than '{key}' if you meant to execute a different request.",
        "type": "idempotency_error",
    }


def test_a_request_that_was_refused_does_not_use_its_key_up(http: httpx.Client, key: str) -> None:
    refused = create(http, key, {**A_REPORT, "parameters[interval_end]": "1"})

    good = create(http, key)

    assert (refused.status_code, good.status_code) == (400, 200)
    assert "idempotent-replayed" not in good.headers


def test_a_key_with_an_answer_is_answered_even_when_the_request_would_be_refused_now(
    http: httpx.Client, key: str
) -> None:
    create(http, key)

    refused = create(http, key, {"report_type": "nope.1"})

    assert refused.json()["error"]["type"] == "idempotency_error"


def test_another_account_or_mode_has_keys_of_its_own(
    http: httpx.Client, key: str, installation: SampleInstallation
) -> None:
    first = create(http, key).json()["id"]

    live = create(http, key, Authorization=f"Bearer {installation.live_key}").json()["id"]
    connected = create(http, key, Authorization=f"Bearer {installation.connected_key}").json()["id"]

    assert len({first, live, connected}) == 3


def test_of_many_at_once_one_makes_the_run_and_the_others_get_a_409_or_its_response(
    http: httpx.Client, key: str, address: str, installation: SampleInstallation
) -> None:
    before = create(http, f"{key}-before").json()["id"]
    answers: list[httpx.Response] = []

    def send() -> None:
        with httpx.Client(base_url=address, auth=(installation.test_key, ""), timeout=REPLY_SECONDS) as client:
            answers.append(create(client, key))

    threads = [threading.Thread(target=send) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    done = [answer for answer in answers if answer.status_code == 200]
    busy = [answer.json()["error"] for answer in answers if answer.status_code == 409]
    assert len(done) + len(busy) == 12 and done
    assert len({answer.content for answer in done}) == 1
    assert {(error["code"], error["type"]) for error in busy} <= {("idempotency_key_in_use", "invalid_request_error")}
    assert runs_since(http, before) == [done[0].json()["id"]]


def test_a_key_outlives_the_server_that_answered_it(tmp_path: Path) -> None:
    installation = install(tmp_path / "data")
    auth = (installation.test_key, "")
    with (
        serving(installation.data, *WITHOUT_WORKER) as address,
        httpx.Client(base_url=address, auth=auth, timeout=REPLY_SECONDS) as http,
    ):
        first = create(http, "outlives")
    with (
        serving(installation.data, *WITHOUT_WORKER) as address,
        httpx.Client(base_url=address, auth=auth, timeout=REPLY_SECONDS) as http,
    ):
        again = create(http, "outlives")

    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"


def test_requests_beyond_the_rate_limit_are_refused_with_a_reason(tmp_path: Path) -> None:
    installation = install(tmp_path / "data")
    with (
        serving(installation.data, *WITHOUT_WORKER, rate_limit_test="3") as address,
        httpx.Client(base_url=address, auth=(installation.test_key, ""), timeout=REPLY_SECONDS) as http,
    ):
        answers = [http.get(RUNS) for _ in range(30)]

    refused = next(answer for answer in answers if answer.status_code == 429)
    error = refused.json()["error"]
    assert [answer.status_code for answer in answers[:3]] == [200, 200, 200]
    assert (error["code"], error["type"]) == ("rate_limit", "invalid_request_error")
    assert error["message"].startswith("Testmode request rate limit exceeded")
    assert refused.headers["stripe-rate-limited-reason"] == "global-rate"
