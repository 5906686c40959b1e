"""Section 6 of the contract: pages, cursors and filters, of runs and of files alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from domain.report_types import catalogue
from interfaces.engine.definitions.report_definition import can_run
from tests.support.server import LIVE_ONLY, PAST, PAST_RUNS, SampleInstallation
from tests.wire.envelopes import body_of, refusal

OFFERED = [
    one.id
    for one in catalogue()
    if can_run(one) and one.id != LIVE_ONLY and one.table == "balance_transactions" and not one.about_connected_accounts
]
"""What a test key can run, of a ledger without taxes and other books and without rows of connected accounts."""


@dataclass(frozen=True)
class Listed:
    """A list with a known past: the ids in it, newest first, one every ten seconds."""

    ask: Callable[[str], httpx.Response]
    path: str
    noun: str
    ids: tuple[str, ...]

    def page(self, query: str = "") -> dict[str, Any]:
        answer = self.ask(f"{self.path}?{query}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def page_ids(self, query: str = "") -> tuple[list[str], bool]:
        page = self.page(query)
        return [one["id"] for one in page["data"]], page["has_more"]


@pytest.fixture(params=["runs", "files"])
def listed(request: pytest.FixtureRequest, installation: SampleInstallation, web: httpx.Client) -> Listed:
    def ask(url: str) -> httpx.Response:
        return web.get(url, headers={"Authorization": f"Bearer {installation.stranger_key}"})

    if request.param == "runs":
        return Listed(ask, "/v1/reporting/report_runs", "report run", installation.past_runs)
    return Listed(ask, "/v1/files", "file upload", installation.past_files)


def test_a_page_has_ten_rows_newest_first_by_default(listed: Listed) -> None:
    assert listed.page_ids() == (list(listed.ids[:10]), True)


def test_the_envelope_has_four_keys_and_a_url_without_a_host_or_query(listed: Listed) -> None:
    page = listed.page("limit=1&created[gte]=0")

    assert list(page) == ["object", "data", "has_more", "url"]
    assert (page["object"], page["has_more"], page["url"]) == ("list", True, listed.path)


@pytest.mark.parametrize(
    ("limit", "rows"), [("0", 1), ("-1", 1), ("1", 1), ("3", 3), ("100", 12), ("101", 12), ("200", 12), ("+3", 3)]
)
def test_a_limit_out_of_range_is_brought_into_it(listed: Listed, limit: str, rows: int) -> None:
    assert listed.page_ids(f"limit={limit}") == (list(listed.ids[:rows]), rows < PAST_RUNS)


@pytest.mark.parametrize("limit", ["abc", "1.5", "1e2", "٣", "--3", "0x1", "9" * 30])
def test_a_limit_that_is_no_integer_is_a_400(listed: Listed, limit: str) -> None:
    answer = listed.ask(f"{listed.path}?limit={limit}")

    assert (answer.status_code, body_of(answer)) == (
        400,
        refusal(f"Invalid integer: {limit}", code="parameter_invalid_integer", param="limit"),
    )


def test_starting_after_goes_to_older_rows(listed: Listed) -> None:
    ids = listed.ids

    assert listed.page_ids(f"limit=3&starting_after={ids[2]}") == (list(ids[3:6]), True)
    assert listed.page_ids(f"limit=3&starting_after={ids[8]}") == (list(ids[9:]), False)
    assert listed.page_ids(f"limit=3&starting_after={ids[-1]}") == ([], False)


def test_ending_before_goes_to_newer_rows_and_stays_newest_first(listed: Listed) -> None:
    ids = listed.ids

    assert listed.page_ids(f"limit=3&ending_before={ids[6]}") == (list(ids[3:6]), True)
    assert listed.page_ids(f"limit=3&ending_before={ids[3]}") == (list(ids[:3]), False)
    assert listed.page_ids(f"limit=3&ending_before={ids[0]}") == ([], False)


@pytest.mark.parametrize("cursor", ["starting_after", "ending_before"])
def test_an_unknown_cursor_is_a_400_that_names_it(listed: Listed, cursor: str) -> None:
    answer = listed.ask(f"{listed.path}?{cursor}=nope")

    assert (answer.status_code, body_of(answer)) == (
        400,
        refusal(f"No such {listed.noun}: 'nope'", code="resource_missing", param=cursor),
    )


def test_both_cursors_are_refused_but_only_when_both_exist(listed: Listed) -> None:
    both = listed.ask(f"{listed.path}?starting_after={listed.ids[0]}&ending_before={listed.ids[1]}")
    one_unknown = listed.ask(f"{listed.path}?starting_after={listed.ids[0]}&ending_before=nope")

    assert (both.status_code, body_of(both)) == (
        400,
        refusal("Received both starting_after and ending_before parameters. Please pass in only one."),
    )
    assert body_of(one_unknown) == refusal(
        f"No such {listed.noun}: 'nope'", code="resource_missing", param="ending_before"
    )


@pytest.mark.parametrize(
    ("created", "first", "last"),
    [
        (f"created={PAST + 20}", 2, 2),
        (f"created={PAST + 21}", 1, 0),
        (f"created[gt]={PAST + 20}", 3, 11),
        (f"created[gte]={PAST + 20}", 2, 11),
        (f"created[lt]={PAST + 20}", 0, 1),
        (f"created[lte]={PAST + 20}", 0, 2),
        (f"created[gt]={PAST + 20}&created[lt]={PAST + 50}", 3, 4),
        (f"created[gte]={PAST + 50}&created[lt]={PAST + 50}", 1, 0),
        ("created[gt]=-5", 0, 11),
        ("created=-5", 1, 0),
    ],
)
def test_created_is_a_second_or_a_span(listed: Listed, created: str, first: int, last: int) -> None:
    oldest_first = listed.ids[::-1]

    assert listed.page_ids(f"limit=100&{created}")[0] == list(oldest_first[first : last + 1][::-1])


def test_a_span_and_a_cursor_work_together(listed: Listed) -> None:
    ids = listed.ids  # the newest was made at PAST + 110

    assert listed.page_ids(f"limit=2&created[lte]={PAST + 100}&starting_after={ids[1]}") == (list(ids[2:4]), True)
    assert listed.page_ids(f"limit=9&created[lte]={PAST + 90}&ending_before={ids[4]}") == (list(ids[2:4]), False)


@pytest.mark.parametrize(
    ("query", "message", "code", "param"),
    [
        ("created[foo]=1", "Received unknown parameter: created[foo]", "parameter_unknown", "created[foo]"),
        ("created[]=1", "Received unknown parameter: created[0]", "parameter_unknown", "created[0]"),
        ("created=abc", "Invalid integer: abc", "parameter_invalid_integer", "created"),
        ("created[gte]=abc", "Invalid integer: abc", "parameter_invalid_integer", "created[gte]"),
        ("created[gte][]=1", 'Invalid string: {"0":"1"}', None, "created[gte]"),
        ("status=pending", "Received unknown parameter: status", "parameter_unknown", "status"),
        (
            "report_type=a&status=b",
            "Received unknown parameters: report_type, status",
            "parameter_unknown",
            "report_type",
        ),
    ],
)
def test_what_a_list_does_not_take_is_a_400(
    listed: Listed, query: str, message: str, code: str | None, param: str
) -> None:
    answer = listed.ask(f"{listed.path}?{query}")

    assert (answer.status_code, body_of(answer)) == (400, refusal(message, code=code, param=param))


@pytest.mark.parametrize("name", ["limit", "created", "created[gt]", "starting_after", "ending_before"])
def test_an_empty_value_cannot_unset_anything(listed: Listed, name: str) -> None:
    answer = listed.ask(f"{listed.path}?{name}=")

    assert (answer.status_code, answer.json()["error"]["code"], answer.json()["error"]["param"]) == (
        400,
        "parameter_invalid_empty",
        name,
    )


def test_files_are_found_by_their_purpose(web: httpx.Client, installation: SampleInstallation) -> None:
    def ids(purpose: str) -> list[str]:
        answer = web.get(
            f"/v1/files?limit=100&purpose={purpose}", headers={"Authorization": f"Bearer {installation.stranger_key}"}
        )
        return [file["id"] for file in answer.json()["data"]]

    assert ids("finance_report_run") == list(installation.past_files)
    assert ids("dispute_evidence") == []


def test_the_refusal_of_an_unknown_purpose_lists_all_purposes(http: httpx.Client) -> None:
    answer = http.get("/v1/files?purpose=wat")

    assert (answer.status_code, body_of(answer)) == (
        400,
        refusal(
            "Invalid purpose: must be one of account_requirement, additional_verification, business_icon, "
            "business_logo, customer_signature, dispute_evidence, document_provider_identity_document, "
            "finance_report_run, financial_account_statement, identity_document, identity_document_downloadable, "
            "issuing_regulatory_reporting, pci_document, platform_terms_of_service, selfie, sigma_scheduled_query, "
            "tax_document_user_upload, terminal_android_apk, terminal_reader_splashscreen, terminal_wifi_certificate, "
            "or terminal_wifi_private_key",
            param="purpose",
        ),
    )


def test_report_types_come_in_one_page_and_take_no_paging(http: httpx.Client) -> None:
    page = http.get("/v1/reporting/report_types").json()
    refused = http.get("/v1/reporting/report_types?limit=3")

    assert {name: value for name, value in page.items() if name != "data"} == {
        "object": "list",
        "has_more": False,
        "url": "/v1/reporting/report_types",
    }
    assert [one["id"] for one in page["data"]] == OFFERED
    assert (refused.status_code, body_of(refused)) == (
        400,
        refusal("Received unknown parameter: limit", code="parameter_unknown", param="limit"),
    )


def test_accounts_that_no_load_was_for_are_offered_what_the_ledger_has(
    web: httpx.Client, installation: SampleInstallation
) -> None:
    for key in (installation.connected_key, installation.stranger_key):
        page = web.get("/v1/reporting/report_types", headers={"Authorization": f"Bearer {key}"}).json()
        assert [one["id"] for one in page["data"]] == OFFERED


def test_a_list_shows_what_was_made_just_before(http: httpx.Client) -> None:
    form = {
        "report_type": "balance.summary.1",
        "parameters[interval_start]": "1735689600",
        "parameters[interval_end]": "1738368000",
    }

    for _ in range(20):
        made = http.post("/v1/reporting/report_runs", data=form).json()["id"]

        assert http.get("/v1/reporting/report_runs?limit=1").json()["data"][0]["id"] == made


# ---------------------------------------------------------------- the history of a run: oldest first


def history_page(http: httpx.Client, run: str, query: str = "") -> tuple[list[str], bool]:
    page = http.get(f"/v1/reporting/report_runs/{run}/history?{query}").json()
    return [event["id"].removeprefix(f"{run}:") for event in page["data"]], page["has_more"]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", (["1", "2", "3"], False)),
        ("limit=2", (["1", "2"], True)),
        ("limit=0", (["1"], True)),
        ("limit=1&starting_after={run}:1", (["2"], True)),
        ("limit=2&starting_after={run}:1", (["2", "3"], False)),
        ("starting_after={run}:3", ([], False)),
        ("limit=1&ending_before={run}:3", (["2"], True)),
        ("limit=2&ending_before={run}:3", (["1", "2"], False)),
        ("ending_before={run}:1", ([], False)),
    ],
)
def test_a_history_is_read_in_pages(
    http: httpx.Client, finished_run: dict[str, Any], query: str, shown: tuple[list[Any], bool] | tuple[list[str], bool]
) -> None:
    assert history_page(http, finished_run["id"], query.format(run=finished_run["id"])) == shown


def test_the_cursors_of_a_history_are_its_own_events(http: httpx.Client, finished_run: dict[str, Any]) -> None:
    run = finished_run["id"]

    def refused(query: str) -> object:
        answer = http.get(f"/v1/reporting/report_runs/{run}/history?{query}")
        assert answer.status_code == 400
        return body_of(answer)

    assert refused("starting_after=frr_1:1") == refusal(
        "No such history event: 'frr_1:1'", code="resource_missing", param="starting_after"
    )
    assert refused(f"starting_after={run}:1&ending_before={run}:2") == refusal(
        "Received both starting_after and ending_before parameters. Please pass in only one."
    )
    assert refused("created=1") == refusal(
        "Received unknown parameter: created", code="parameter_unknown", param="created"
    )
