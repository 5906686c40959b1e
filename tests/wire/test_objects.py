"""Sections 0, 1, 2 and 7 of the contract: whole objects, as bytes where it matters, and what is not there."""

from __future__ import annotations

import re
from typing import Any

import httpx
import orjson
import pytest

from tests.support.small_ledger import JANUARY_END, JANUARY_START
from tests.wire.envelopes import body_of, refusal

RUNS = "/v1/reporting/report_runs"
TYPES = "/v1/reporting/report_types"
YEAR = 31_536_000


def test_a_body_is_indented_json_with_a_newline_and_no_charset(http: httpx.Client) -> None:
    answer = http.get(f"{TYPES}/balance.summary.1")

    assert answer.headers["content-type"] == "application/json"
    assert answer.content == orjson.dumps(answer.json(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    assert answer.text.startswith('{\n  "id": "balance.summary.1",\n  "object": "reporting.report_type",\n  "data_')


def test_a_new_run_is_pending_and_echoes_only_what_was_sent(http: httpx.Client) -> None:
    answer = http.post(
        RUNS,
        data={
            "report_type": "balance.summary.1",
            "parameters[timezone]": "Europe/Paris",
            "parameters[interval_start]": str(JANUARY_START),
            "parameters[interval_end]": str(JANUARY_END),
        },
    )

    run = answer.json()
    assert answer.status_code == 200
    assert re.fullmatch(r"frr_[0-9A-Za-z]{24}", run["id"])
    assert run == {
        "id": run["id"],
        "object": "reporting.report_run",
        "created": run["created"],
        "error": None,
        "livemode": False,
        "parameters": {"interval_end": JANUARY_END, "interval_start": JANUARY_START, "timezone": "Europe/Paris"},
        "report_type": "balance.summary.1",
        "result": None,
        "status": "pending",
        "succeeded_at": None,
    }
    assert list(run) == ["id", "object", *sorted(run.keys() - {"id", "object"})]
    assert list(run["parameters"]) == sorted(run["parameters"])
    assert isinstance(run["created"], int)


def test_a_run_that_has_succeeded_holds_its_whole_file(
    finished_run: dict[str, Any], address: str, http: httpx.Client
) -> None:
    run = http.get(f"{RUNS}/{finished_run['id']}").json()

    file = run["result"]
    assert run == {
        "id": finished_run["id"],
        "object": "reporting.report_run",
        "created": finished_run["created"],
        "error": None,
        "livemode": False,
        "parameters": {"interval_end": JANUARY_END, "interval_start": JANUARY_START},
        "report_type": "balance.summary.1",
        "result": file,
        "status": "succeeded",
        "succeeded_at": run["succeeded_at"],
    }
    assert re.fullmatch(r"file_[0-9A-Za-z]{24}", file["id"])
    assert file == {
        "id": file["id"],
        "object": "file",
        "created": run["succeeded_at"],
        "expires_at": run["succeeded_at"] + YEAR,
        "filename": f"{run['id']}.csv",
        "links": {"object": "list", "data": [], "has_more": False, "url": f"/v1/file_links?file={file['id']}"},
        "purpose": "finance_report_run",
        "size": file["size"],
        "title": f"FinanceReportRun {run['id']}",
        "type": "csv",
        "url": f"{address}/v1/files/{file['id']}/contents",
    }
    assert list(file) == ["id", "object", *sorted(file.keys() - {"id", "object"})]
    assert http.get(f"/v1/files/{file['id']}").json() == file


def test_a_link_names_the_host_that_the_caller_used(http: httpx.Client, finished_run: dict[str, Any]) -> None:
    file = finished_run["result"]["id"]

    seen = [
        http.get(f"/v1/files/{file}", headers={"Host": host}).json()["url"].removesuffix(f"/v1/files/{file}/contents")
        for host in ("reports.example:8443", "[::1]:80", "evil/?x=", 'a"b')
    ]

    assert seen[:2] == ["http://reports.example:8443", "http://[::1]:80"]
    assert all(re.fullmatch(r"http://127\.0\.0\.1:\d+", host) for host in seen[2:])


def test_a_report_type_is_whole(http: httpx.Client) -> None:
    one = http.get(f"{TYPES}/balance.summary.1").json()

    assert one == {
        "id": "balance.summary.1",
        "object": "reporting.report_type",
        "data_available_end": JANUARY_END,
        "data_available_start": JANUARY_START,
        "default_columns": ["category", "description", "net_amount", "currency"],
        "livemode": False,
        "name": one["name"],
        "updated": one["updated"],
        "version": 1,
    }
    assert one in http.get(TYPES).json()["data"]


def test_every_listed_report_type_can_be_looked_up_by_its_dotted_id(http: httpx.Client) -> None:
    for listed in http.get(TYPES).json()["data"]:
        assert http.get(f"{TYPES}/{listed['id']}").json() == listed


# ---------------------------------------------------------------- what is not there


@pytest.mark.parametrize(("path", "noun"), [(RUNS, "report run"), (TYPES, "report type"), ("/v1/files", "file upload")])
@pytest.mark.parametrize(
    ("written", "id"),
    [
        ("nope", "nope"),
        ("an.id.with.dots", "an.id.with.dots"),
        ("...", "..."),
        ("%2e%2e", ".."),
        ("%C3%A9%F0%9F%98%80", "é😀"),
        ("a%20b%0d%0aX:%20y", r"a b\r\nX: y"),
        ("%27%3B%20drop%20table%20runs", "'; drop table runs"),
        ("%25s%7B%7D", "%s{}"),
        ("x" * 20_000, "x" * 20_000),
    ],
)
def test_every_unknown_id_is_a_404(http: httpx.Client, path: str, noun: str, written: str, id: str) -> None:
    answer = http.get(http.base_url.copy_with(raw_path=f"{path}/{written}".encode()))

    assert (answer.status_code, body_of(answer)) == (
        404,
        refusal(f"No such {noun}: '{id}'", code="resource_missing", param="id"),
    )


@pytest.mark.parametrize(
    ("id", "reason"),
    [
        ("balance.summary", "Did you mean balance.summary.2?"),
        (
            "payouts.itemized.5",
            "The report type payouts.itemized.5 is known to Stripe and not offered here, since its columns are not "
            "documented. The newest version here is payouts.itemized.3.",
        ),
        (
            "tax.transactions.itemized.2",
            "The report type tax.transactions.itemized.2 has no data in test mode yet: nothing was loaded into the "
            "ledger's table tax_transactions, or nothing for this account.",
        ),
    ],
)
def test_a_report_type_that_cannot_be_looked_up_says_why(http: httpx.Client, id: str, reason: str) -> None:
    answer = http.get(f"{TYPES}/{id}")

    assert (answer.status_code, body_of(answer)) == (
        404,
        refusal(f"No such report type: '{id}'. {reason}", code="resource_missing", param="id"),
    )


def test_an_unknown_file_has_no_contents(http: httpx.Client) -> None:
    answer = http.get("/v1/files/nope/contents")

    assert (answer.status_code, body_of(answer)) == (
        404,
        refusal("No such file upload: 'nope'", code="resource_missing", param="id"),
    )


def unrecognized(method: str, path: str, hint: str = "") -> object:
    return refusal(
        f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs or we can help at "
        f"https://support.stripe.com/.{hint}"
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/x"),
        ("GET", "/v1"),
        ("GET", RUNS + "/a/b"),
        ("GET", "/healthzz"),
        ("POST", TYPES),
        ("DELETE", RUNS),
        ("DELETE", RUNS + "/frr_1"),
        ("POST", RUNS + "/frr_1"),
        ("PUT", RUNS),
        ("PATCH", "/v1/files/file_1"),
        ("TRACE", RUNS),
        ("WAT", RUNS),
    ],
)
def test_an_unknown_address_and_a_wrong_method_are_the_same_404(http: httpx.Client, method: str, path: str) -> None:
    answer = http.request(method, http.base_url.copy_with(raw_path=path.encode()))
    if method == "WAT":  # a method that HTTP does not know ends at the parser
        assert answer.status_code == 400
        return

    assert (answer.status_code, body_of(answer)) == (404, unrecognized(method, path))


@pytest.mark.parametrize("path", [RUNS, TYPES, "/v1/files"])
def test_no_address_has_a_nul(http: httpx.Client, path: str) -> None:
    answer = http.get(http.base_url.copy_with(raw_path=f"{path}/%00".encode()))

    assert (answer.status_code, body_of(answer)) == (404, unrecognized("GET", path + r"/\x00"))


@pytest.mark.parametrize("path", [RUNS + "/", TYPES + "/", "/v1/files/", RUNS + "/frr_1/"])
def test_a_trailing_slash_gets_a_hint(http: httpx.Client, path: str) -> None:
    answer = http.get(path)

    hint = (
        " If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, make "
        "sure you passed a valid (non-empty) identifier in your code."
    )
    assert (answer.status_code, body_of(answer)) == (404, unrecognized("GET", path, hint))


def test_an_encoded_slash_is_a_slash(http: httpx.Client) -> None:
    answer = http.get(http.base_url.copy_with(raw_path=f"{RUNS}/a%2Fb".encode()))

    assert (answer.status_code, body_of(answer)) == (404, unrecognized("GET", f"{RUNS}/a/b"))


def test_the_history_of_a_run_tells_all_of_it(http: httpx.Client, finished_run: dict[str, Any]) -> None:
    path = f"{RUNS}/{finished_run['id']}/history"

    history = http.get(path).json()

    assert (history["object"], history["has_more"], history["url"]) == ("list", False, path)
    assert [event["type"] for event in history["data"]] == [
        "report_run.created",
        "report_run.attempt_started",
        "report_run.succeeded",
    ]
