"""Section 3 of the contract: authentication and its refusals. One case a line, whole bodies compared."""

from __future__ import annotations

import base64
from typing import Any, cast

import httpx
import pytest

from tests.support.report_requests import RUNS
from tests.support.server import SampleInstallation
from tests.wire.envelopes import body_of, refusal
from tests.wire.keys import bearer

TYPES = "/v1/reporting/report_types"


def redacted(key: str) -> str:
    return f"{key[:8]}{'*' * 24}{key[-4:]}"


@pytest.mark.parametrize("path", [TYPES, "/v1/no/such/address", "/", "/v2/core/events", "/v1"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic !!!"},
        {"Authorization": b"Basic \xff"},
        {"Authorization": "Basic Og=="},
        {"Authorization": "Bearer"},
        {"Authorization": "Digest abc"},
    ],
)
def test_without_a_key_every_address_is_a_401(
    web: httpx.Client, path: str, headers: dict[str, bytes] | dict[str, str]
) -> None:
    answer = web.get(path, headers=cast("Any", headers))

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Basic realm="Stripe"')
    assert list(answer.json()["error"]) == ["message", "type"]
    assert answer.json()["error"]["message"].startswith(
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer "
        "auth"
    )


def test_a_key_works_as_bearer_and_as_the_user_of_basic(web: httpx.Client, installation: SampleInstallation) -> None:
    key = installation.test_key
    basic = base64.b64encode(f"{key}:".encode()).decode()

    for credentials in (f"Bearer {key}", f"bearer {key}", f"Basic {basic}", f"basic  {basic}"):
        assert web.get(TYPES, headers={"Authorization": credentials}).status_code == 200


def test_an_unknown_key_is_shown_by_its_ends_only(web: httpx.Client) -> None:
    answer = web.get(TYPES, headers=bearer("sk_test_" + "x" * 40 + "1234"))

    assert answer.status_code == 401
    assert body_of(answer) == refusal(f"Invalid API Key provided: sk_test_{'*' * 24}1234", log=None)


def test_an_expired_and_a_revoked_key_say_that_they_are(web: httpx.Client, installation: SampleInstallation) -> None:
    for key in (installation.expired_key, installation.revoked_key):
        answer = web.get(TYPES, headers=bearer(key))

        assert answer.status_code == 401
        assert body_of(answer) == refusal(
            f"Expired API Key provided: {redacted(key)}", code="api_key_expired", log=None
        )


def test_a_publishable_key_is_refused(web: httpx.Client, installation: SampleInstallation) -> None:
    answer = web.get(TYPES, headers=bearer(installation.publishable_key))

    assert answer.status_code == 401
    assert body_of(answer) == refusal(
        "This API call cannot be made with a publishable API key. Please use a secret API key. You can list your keys "
        "with `reportrun keys list`.",
        code="secret_key_required",
        log=None,
    )


@pytest.mark.parametrize(
    ("method", "path", "permission"),
    [
        ("GET", TYPES, "report_runs_and_report_types_read"),
        ("GET", f"{TYPES}/balance.summary.1", "report_runs_and_report_types_read"),
        ("GET", RUNS, "report_runs_and_report_types_read"),
        ("GET", f"{RUNS}/frr_1", "report_runs_and_report_types_read"),
        ("GET", f"{RUNS}/frr_1/history", "report_runs_and_report_types_read"),
        ("POST", RUNS, "report_runs_and_report_types_read"),
        ("GET", "/v1/files", "file_read"),
        ("GET", "/v1/files/file_1", "file_read"),
        ("GET", "/v1/files/file_1/contents", "file_read"),
    ],
)
def test_a_restricted_key_without_the_permission_is_a_403_before_anything_is_looked_at(
    web: httpx.Client, installation: SampleInstallation, method: str, path: str, permission: str
) -> None:
    key = installation.powerless_key

    answer = web.request(method, f"{path}?wat=1&expand[]=foo", headers=bearer(key))

    assert answer.status_code == 403
    assert body_of(answer) == refusal(
        f"The provided key '{redacted(key)}' does not have the required permissions for this endpoint on account "
        f"'{installation.platform}'. Having the 'rak_{permission}' permission would allow this request to continue."
    )


def test_a_restricted_key_does_what_it_may_and_nothing_else(
    web: httpx.Client, installation: SampleInstallation
) -> None:
    def status(key: str, path: str) -> int:
        return web.get(path, headers=bearer(key)).status_code

    assert [status(installation.reports_read_key, path) for path in (RUNS, TYPES, "/v1/files")] == [200, 200, 403]
    assert [status(installation.reports_write_key, path) for path in (RUNS, TYPES, "/v1/files")] == [200, 200, 403]
    assert [status(installation.files_read_key, path) for path in (RUNS, TYPES, "/v1/files")] == [403, 403, 200]


def test_permission_to_read_is_enough_to_ask_for_a_report(web: httpx.Client, installation: SampleInstallation) -> None:
    form = {
        "report_type": "balance.summary.1",
        "parameters[interval_start]": "1735689600",
        "parameters[interval_end]": "1738368000",
    }

    answer = web.post(RUNS, data=form, headers=bearer(installation.reports_read_key))

    assert (answer.status_code, answer.json()["status"]) == (200, "pending")


def test_a_key_may_be_made_that_reads_runs_and_cannot_ask_for_one(
    web: httpx.Client, installation: SampleInstallation
) -> None:
    key = installation.reports_only_read_key

    read = [web.get(path, headers=bearer(key)).status_code for path in (RUNS, TYPES, "/v1/files")]
    asked = [web.post(path, headers=bearer(key)) for path in (RUNS, "/v1/test_helpers/reporting/report_runs")]

    assert read == [200, 200, 403]
    assert [answer.status_code for answer in asked] == [403, 403]
    assert "'rak_report_runs_and_report_types_read' permission would allow" in asked[0].json()["error"]["message"]


def test_an_object_of_the_other_mode_is_a_404_that_says_where_it_is(
    web: httpx.Client, installation: SampleInstallation, finished_run: dict[str, Any]
) -> None:
    run, file = finished_run["id"], finished_run["result"]["id"]

    for path, noun, id in ((RUNS, "report run", run), ("/v1/files", "file upload", file)):
        answer = web.get(f"{path}/{id}", headers=bearer(installation.live_key))

        assert answer.status_code == 404
        assert body_of(answer) == refusal(
            f"No such {noun}: '{id}'; a similar object exists in test mode, but a live mode key was used to make this "
            "request.",
            code="resource_missing",
            param="id",
        )


def test_test_and_live_lists_never_see_each_other(
    web: httpx.Client, installation: SampleInstallation, finished_run: dict[str, Any]
) -> None:
    form = {
        "report_type": finished_run["report_type"],
        **{f"parameters[{name}]": str(value) for name, value in finished_run["parameters"].items()},
    }
    live_run = web.post(RUNS, data=form, headers=bearer(installation.live_key)).json()["id"]

    def listed(path: str, key: str) -> set[str]:
        return {one["id"] for one in web.get(f"{path}?limit=100", headers=bearer(key)).json()["data"]}

    assert live_run in listed(RUNS, installation.live_key)
    for path in (RUNS, "/v1/files"):
        assert listed(path, installation.live_key) & listed(path, installation.test_key) == set()
    types = web.get(TYPES, headers=bearer(installation.live_key)).json()["data"]
    assert {type["livemode"] for type in types} == {True}


def test_a_platform_acts_for_its_connected_account(web: httpx.Client, installation: SampleInstallation) -> None:
    headers = {**bearer(installation.test_key), "Stripe-Account": installation.connected}
    form = {
        "report_type": "balance.summary.1",
        "parameters[interval_start]": "1735689600",
        "parameters[interval_end]": "1738368000",
    }

    run = web.post(RUNS, data=form, headers=headers)
    seen = [
        web.get(f"{RUNS}/{run.json()['id']}", headers=who).status_code
        for who in (headers, bearer(installation.connected_key), bearer(installation.test_key))
    ]

    assert run.headers["stripe-account"] == installation.connected
    assert seen == [200, 200, 404]


def test_an_account_may_name_itself(web: httpx.Client, installation: SampleInstallation) -> None:
    for key, account in (
        (installation.test_key, installation.platform),
        (installation.connected_key, installation.connected),
    ):
        answer = web.get(RUNS, headers={**bearer(key), "Stripe-Account": account})

        assert (answer.status_code, answer.headers["stripe-account"]) == (200, account)


@pytest.mark.parametrize("account", ["acct_unknown", "{stranger}", "é", ""])
def test_an_account_that_is_unknown_or_not_yours_is_a_403(
    web: httpx.Client, installation: SampleInstallation, account: str
) -> None:
    account = account.format(stranger=installation.stranger)
    headers = {**bearer(installation.test_key), "Stripe-Account": account.encode("latin-1")}

    answer = web.get(RUNS, headers=cast("Any", headers))

    assert answer.status_code == 403
    assert "stripe-account" not in answer.headers
    assert body_of(answer) == refusal(
        f"The provided key '{redacted(installation.test_key)}' does not have access to account '{account}' (or that "
        "account does not exist). Application access may have been revoked.",
        code="account_invalid",
        log=None,
    )


def test_a_connected_account_is_no_platform(web: httpx.Client, installation: SampleInstallation) -> None:
    headers = {**bearer(installation.connected_key), "Stripe-Account": installation.platform}

    answer = web.get(RUNS, headers=cast("Any", headers))

    assert answer.status_code == 403
    assert body_of(answer) == refusal(
        f"Only Connect platforms can work with other accounts, and '{installation.connected}' is connected to a "
        "platform itself. Leave the Stripe-Account header out, or use a key of the platform.",
        code="platform_account_required",
        log=None,
    )


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/docs", "/openapi.json"])
def test_some_addresses_need_no_key(web: httpx.Client, path: str) -> None:
    assert web.get(path).status_code == 200
