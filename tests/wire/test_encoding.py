"""Section 5 of the contract: how requests are written, and each fault in its own words. Whole bodies compared."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest

from domain.ledger.reporting_category import KNOWN_CATEGORIES
from domain.money import CURRENCIES
from tests.support.server import LIVE_ONLY, SampleInstallation
from tests.support.small_ledger import JANUARY_END, JANUARY_START
from tests.wire.envelopes import body_of, refusal

RUNS = "/v1/reporting/report_runs"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JANUARY = f"parameters[interval_start]={JANUARY_START}&parameters[interval_end]={JANUARY_END}"
ITEMIZED = f"report_type=payouts.itemized.3&{JANUARY}"
SUMMARY = f"report_type=balance.summary.1&{JANUARY}"

EMPTY = (
    "You passed an empty string for '{0}'. We assume empty values are an attempt to unset a parameter; however '{0}' "
    "cannot be unset. You should remove '{0}' from your request or supply a non-empty value."
)
NOT_A_FORM = (
    "Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any "
    "questions, we can help at https://support.stripe.com/."
)


@pytest.mark.parametrize(
    "body",
    [
        f"{ITEMIZED}&parameters[columns][0]=net&parameters[columns][1]=currency",
        f"{ITEMIZED}&parameters[columns][]=net&parameters[columns][]=currency",
        f"{ITEMIZED}&parameters[columns][1]=currency&parameters[columns][0]=net",
        f"{ITEMIZED}&parameters%5Bcolumns%5D%5B0%5D=net&parameters%5Bcolumns%5D%5B%5D=currency",
        f"report_type=nonsense&{ITEMIZED}&parameters[columns][0]=fee&parameters[columns][0]=net"
        "&parameters[columns][1]=currency",
    ],
)
def test_hashes_and_lists_are_read_however_they_are_written(http: httpx.Client, body: str) -> None:
    answer = http.post(RUNS, content=body, headers=FORM)

    assert answer.status_code == 200
    assert answer.json()["parameters"] == {
        "columns": ["net", "currency"],
        "interval_end": JANUARY_END,
        "interval_start": JANUARY_START,
    }


@pytest.mark.parametrize(("written", "read"), [("a+b", "a b"), ("a%20b", "a b"), ("a%2Bb", "a+b"), ("%C3%A9", "é")])
def test_values_are_percent_encoded_utf_8(http: httpx.Client, written: str, read: str) -> None:
    answer = http.post(RUNS, content=f"report_type={written}", headers=FORM)

    assert body_of(answer) == refusal(f"No such report type: '{read}'", code="resource_missing", param="report_type")


def test_a_post_merges_its_query_with_its_body(http: httpx.Client) -> None:
    answer = http.post(
        f"{RUNS}?report_type=balance.summary.1&parameters[interval_start]={JANUARY_START}",
        content=f"parameters[interval_end]={JANUARY_END}",
        headers=FORM,
    )

    assert answer.status_code == 200
    assert answer.json()["parameters"] == {"interval_end": JANUARY_END, "interval_start": JANUARY_START}


@pytest.mark.parametrize(
    "content_type", [FORM["Content-Type"], "Application/X-WWW-Form-UrlEncoded; charset=utf-8", None]
)
def test_a_form_is_read_under_its_type_or_none(http: httpx.Client, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}

    assert http.post(RUNS, content=SUMMARY.encode(), headers=headers).status_code == 200


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x", "text/plain", "é"])
def test_a_body_of_another_type_is_refused_in_the_seen_words(http: httpx.Client, content_type: str) -> None:
    headers: Any = {"Content-Type": content_type.encode()}

    answer = http.post(RUNS, content=orjson.dumps({"report_type": "balance.summary.1"}), headers=headers)

    assert (answer.status_code, body_of(answer)) == (400, refusal(NOT_A_FORM))


CASES = {
    "unknown parameter": (
        f"{SUMMARY}&wat=1",
        refusal("Received unknown parameter: wat", code="parameter_unknown", param="wat"),
    ),
    "unknown nested parameter": (
        f"{SUMMARY}&parameters[wat]=1",
        refusal("Received unknown parameter: parameters[wat]", code="parameter_unknown", param="parameters[wat]"),
    ),
    "unknown hash": (
        f"{SUMMARY}&wat[a]=1",
        refusal("Received unknown parameter: wat[a]", code="parameter_unknown", param="wat[a]"),
    ),
    "several unknown parameters": (
        f"{SUMMARY}&a=1&b=2",
        refusal("Received unknown parameters: a, b", code="parameter_unknown", param="a"),
    ),
    "parameter of another report type": (
        f"{SUMMARY}&parameters[payout]=po_1",
        refusal("Received unknown parameter: parameters[payout]", code="parameter_unknown", param="parameters[payout]"),
    ),
    "missing": (
        "",
        refusal("Missing required param: report_type.", code="parameter_missing", param="report_type"),
    ),
    "missing, of the report type": (
        f"report_type=balance.summary.1&parameters[interval_start]={JANUARY_START}",
        refusal(
            "Missing required param: parameters[interval_end].",
            code="parameter_missing",
            param="parameters[interval_end]",
        ),
    ),
    "empty": (
        "report_type=",
        refusal(EMPTY.format("report_type"), code="parameter_invalid_empty", param="report_type"),
    ),
    "empty, nested": (
        f"{SUMMARY}&parameters[timezone]",
        refusal(EMPTY.format("parameters[timezone]"), code="parameter_invalid_empty", param="parameters[timezone]"),
    ),
    "empty list": (
        f"{ITEMIZED}&parameters[columns]=",
        refusal(EMPTY.format("parameters[columns]"), code="parameter_invalid_empty", param="parameters[columns]"),
    ),
    "empty hash": (
        "report_type=balance.summary.1&parameters=",
        refusal(EMPTY.format("parameters"), code="parameter_invalid_empty", param="parameters"),
    ),
    "no integer": (
        "report_type=balance.summary.1&parameters[interval_end]=1&parameters[interval_start]=abc",
        refusal("Invalid integer: abc", code="parameter_invalid_integer", param="parameters[interval_start]"),
    ),
    "bad enum": (
        f"{ITEMIZED}&parameters[reporting_category]=nope",
        refusal(
            f"Invalid reporting_category: must be one of {', '.join(KNOWN_CATEGORIES[:-1])}, or {KNOWN_CATEGORIES[-1]}",
            param="parameters[reporting_category]",
        ),
    ),
    "bad timezone": (
        f"{SUMMARY}&parameters[timezone]=Mars/Olympus",
        refusal(
            "Invalid timezone: must be one of 599 IANA names, such as Etc/UTC, America/New_York, or Europe/Berlin, "
            "and is Mars/Olympus.",
            param="parameters[timezone]",
        ),
    ),
    "bad currency": (
        f"{ITEMIZED}&parameters[currency]=xyz",
        refusal(
            f"Invalid currency: xyz. Stripe currently supports these currencies: {', '.join(CURRENCIES)}",
            param="parameters[currency]",
        ),
    ),
    "scalar for list": (
        f"{ITEMIZED}&parameters[columns]=net",
        refusal("Invalid array", param="parameters[columns]"),
    ),
    "hash for list": (
        f"{ITEMIZED}&parameters[columns][a]=net",
        refusal("Invalid array", param="parameters[columns]"),
    ),
    "scalar for hash": (
        "report_type=balance.summary.1&parameters=1",
        refusal("Invalid object", param="parameters"),
    ),
    "list for hash": (
        "report_type=balance.summary.1&parameters[]=1",
        refusal("Received unknown parameter: parameters[0]", code="parameter_unknown", param="parameters[0]"),
    ),
    "list for string": (
        "report_type[]=a",
        refusal('Invalid string: {"0":"a"}', param="report_type"),
    ),
    "hash for string": (
        "report_type[x]=a",
        refusal('Invalid string: {"x":"a"}', param="report_type"),
    ),
    "list for string, nested": (
        f"{SUMMARY}&parameters[timezone][]=a",
        refusal('Invalid string: {"0":"a"}', param="parameters[timezone]"),
    ),
    "string too long": (
        f"report_type={'x' * 5001}",
        refusal(
            f"Invalid string: {'x' * 20}...; must be at most 5000 characters",
            code="parameter_invalid_string",
            param="report_type",
        ),
    ),
    "unknown report type": (
        f"report_type=wat.1&{JANUARY}",
        refusal("No such report type: 'wat.1'", code="resource_missing", param="report_type"),
    ),
    "live-only report type": (
        f"report_type={LIVE_ONLY}&{JANUARY}",
        refusal(f"The report type {LIVE_ONLY} is only available with a live-mode API key.", param="report_type"),
    ),
    "unknown column": (
        f"{SUMMARY}&parameters[columns][]=wat",
        refusal(
            "wat is not a column of balance.summary.1. It has: category, description, net_amount, currency.",
            param="parameters[columns]",
        ),
    ),
    "repeated column": (
        f"{SUMMARY}&parameters[columns][]=currency&parameters[columns][]=currency",
        refusal("currency is asked for more than once. Name each column once.", param="parameters[columns]"),
    ),
    "bad decimal separator": (
        f"{ITEMIZED}&parameters[decimal_separator]=;",
        refusal("Invalid decimal_separator: must be one of . or ,", param="parameters[decimal_separator]"),
    ),
    "scalar, then hash": ("a=1&a[b]=2", refusal("Invalid object", param="a")),
    "hash, then scalar": ("a[b]=1&a=2", refusal("Invalid object", param="a")),
    "NUL": (
        "report_type=a%00b",
        refusal("The request holds a NUL character, which no parameter may have."),
    ),
    "not UTF-8": (
        "report_type=%ff%fe",
        refusal("The request is not valid form-encoded UTF-8 text."),
    ),
    "too many pairs": (
        "&".join(f"a{n}=1" for n in range(1001)),
        refusal("The request has 1001 parameters; at most 1000 are allowed."),
    ),
    "too deep": (
        "a[b][c][d][e][f][g]=1",
        refusal("The parameter a is nested deeper than 6 levels.", param="a"),
    ),
    "name too long": (
        f"{'a' * 501}=1",
        refusal("A parameter's name has 501 characters; at most 500 are allowed."),
    ),
    "garbage": (
        "\x01\x02{]}",
        refusal("Received unknown parameter: \\x01\\x02{]}", code="parameter_unknown", param="\x01\x02{]}"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_fault_has_its_own_words(http: httpx.Client, case: str) -> None:
    body, expected = CASES[case]

    answer = http.post(RUNS, content=body, headers=FORM)

    assert (answer.status_code, body_of(answer)) == (400, expected)
    assert list(expected["error"]) == list(answer.json()["error"])


def test_a_live_only_type_is_there_in_live_mode_only(
    http: httpx.Client, web: httpx.Client, installation: SampleInstallation
) -> None:
    live = {"Authorization": f"Bearer {installation.live_key}"}

    in_test = http.get(f"/v1/reporting/report_types/{LIVE_ONLY}")
    in_live = web.get(f"/v1/reporting/report_types/{LIVE_ONLY}", headers=live)

    assert in_live.status_code == 200
    assert (in_test.status_code, body_of(in_test)) == (
        404,
        refusal(
            f"No such report type: '{LIVE_ONLY}'; a similar object exists in live mode, but a test mode key was used "
            "to make this request.",
            code="resource_missing",
            param="id",
        ),
    )


# ---------------------------------------------------------------- intervals, section 2.1


def newest_run(http: httpx.Client) -> list[str]:
    return [run["id"] for run in http.get(f"{RUNS}?limit=1").json()["data"]]


@pytest.mark.parametrize(
    ("start", "end", "param", "message"),
    [
        (
            JANUARY_START - 1,
            JANUARY_END,
            "parameters.interval_start",
            "Data for the report type balance.summary.1 is only available starting at 2025-01-01 00:00:00 UTC; you "
            "requested `interval_start` = 2024-12-31 23:59:59 UTC.",
        ),
        (
            JANUARY_START,
            JANUARY_END + 1,
            "parameters.interval_end",
            "Data for the report type balance.summary.1 is only available through 2025-02-01 00:00:00 UTC; you "
            "requested `interval_end` = 2025-02-01 00:00:01 UTC.",
        ),
        (
            JANUARY_END + 5,
            JANUARY_END + 10,
            "parameters.interval_start",
            "Data for the report type balance.summary.1 is only available through 2025-02-01 00:00:00 UTC; you "
            "requested `interval_start` = 2025-02-01 00:00:05 UTC.",
        ),
        (
            JANUARY_END,
            JANUARY_START,
            "parameters.interval_start",
            "`interval_start` = 2025-02-01 00:00:00 UTC must be before `interval_end` = 2025-01-01 00:00:00 UTC.",
        ),
        (
            JANUARY_START,
            JANUARY_START,
            "parameters.interval_start",
            "`interval_start` = 2025-01-01 00:00:00 UTC must be before `interval_end` = 2025-01-01 00:00:00 UTC.",
        ),
    ],
)
def test_an_interval_outside_the_data_makes_no_run(
    http: httpx.Client, start: int, end: int, param: str, message: str
) -> None:
    before = newest_run(http)

    answer = http.post(
        RUNS,
        content=f"report_type=balance.summary.1&parameters[interval_start]={start}&parameters[interval_end]={end}",
        headers=FORM,
    )

    assert (answer.status_code, body_of(answer)) == (400, refusal(message, param=param))
    assert newest_run(http) == before


def test_the_whole_data_window_can_be_asked_for(http: httpx.Client) -> None:
    assert http.post(RUNS, content=SUMMARY, headers=FORM).status_code == 200


# ---------------------------------------------------------------- expand, and the order of checks


@pytest.mark.parametrize("path", [RUNS + "/frr_unknown", "/v1/reporting/report_types/wat.1", "/v1/files/file_unknown"])
def test_an_unusable_expand_outranks_everything_that_is_looked_up(http: httpx.Client, path: str) -> None:
    answer = http.get(f"{path}?expand[]=foo&wat=1")

    assert (answer.status_code, body_of(answer)) == (400, refusal("This property cannot be expanded (foo)."))


@pytest.mark.parametrize("path", [RUNS, "/v1/reporting/report_types", "/v1/files"])
def test_a_refused_expand_of_a_list_suggests_data(http: httpx.Client, path: str) -> None:
    refused = http.get(f"{path}?expand[]=foo")
    inside = http.get(f"{path}?expand[]=data.foo")
    no_operation = http.get(f"{path}?expand[]=data")

    assert (refused.status_code, body_of(refused)) == (
        400,
        refusal("This property cannot be expanded (foo). You may want to try expanding 'data.foo' instead."),
    )
    assert (inside.status_code, body_of(inside)) == (400, refusal("This property cannot be expanded (data.foo)."))
    assert no_operation.status_code == 200


def test_expand_has_a_depth_and_a_shape(http: httpx.Client) -> None:
    deep = http.get(f"{RUNS}/frr_unknown?expand[]=a.b.c.d.e")
    scalar = http.get(f"{RUNS}/frr_unknown?expand=a")
    nested = http.get(f"{RUNS}/frr_unknown?expand[][a]=b")

    assert body_of(deep) == refusal("You cannot expand more than 4 levels of a property (a.b.c.d.e).")
    assert body_of(scalar) == refusal("Invalid array", param="expand")
    assert body_of(nested) == refusal('Invalid string: {"a":"b"}', param="expand[0]")


def test_checks_come_in_their_order(web: httpx.Client, installation: SampleInstallation) -> None:
    """auth -> version -> route -> expand -> parameters -> lookup: each mended fault shows the next."""
    key = {"Authorization": f"Bearer {installation.test_key}"}
    bad_version = {**key, "Stripe-Version": "not-a-real-version"}

    def refused(path: str, headers: dict[str, str]) -> tuple[int, str]:
        answer = web.get(path, headers=headers)
        return answer.status_code, answer.json()["error"]["message"]

    everything_wrong = "/v1/no_such?expand[]=foo&wat=1"
    assert refused(everything_wrong, {"Stripe-Version": "not-a-real-version"})[0] == 401
    assert refused(everything_wrong, bad_version) == (400, "Invalid Stripe API version: not-a-real-version")
    assert refused(everything_wrong, key)[0] == 404
    assert refused(f"{RUNS}/frr_x?expand[]=foo&wat=1", key) == (400, "This property cannot be expanded (foo).")
    assert refused(f"{RUNS}/frr_x?wat=1", key) == (400, "Received unknown parameter: wat")
    assert refused(f"{RUNS}/frr_x", key) == (404, "No such report run: 'frr_x'")


def test_a_payout_that_is_not_in_the_ledger_is_refused_and_one_that_is_makes_a_report(
    http: httpx.Client, installation: SampleInstallation
) -> None:
    form = {"report_type": "payout_reconciliation.by_id.itemized.4"}

    unknown = http.post("/v1/reporting/report_runs", data={**form, "parameters[payout]": "po_nope"})
    known = http.post("/v1/reporting/report_runs", data={**form, "parameters[payout]": "po_1"})

    error = unknown.json()["error"]
    assert unknown.status_code == 400
    assert (error["code"], error["param"]) == ("resource_missing", "parameters[payout]")
    assert error["message"] == "No such payout: 'po_nope'"
    assert known.status_code == 200
