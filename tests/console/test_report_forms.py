"""The form of each report type, and what it sends."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.instants import LATEST
from domain.ledger.availability import DataWindow
from domain.report_types import ReportType, catalogue
from interfaces.composition.installation import Installation
from interfaces.console.form_body import FormFields
from interfaces.console.forms.offered_periods import MOST, periods_in
from interfaces.console.forms.report_form import columns_in_order, fields_of, keyed_columns, raw_parameters
from tests.console.conftest import NewVisitor, Visitor
from tests.support.server import SampleInstallation
from tests.support.small_ledger import JANUARY_END, JANUARY_START

FORM = "/console/reports/payouts.itemized.3"

CUSTOM = replace(
    next(iter(catalogue())), id="shop.fees.1", family="own", required=("region",), optional=("currency", "columns")
)

every_type = pytest.mark.parametrize("report_type", [*catalogue(), CUSTOM], ids=lambda one: str(one.id))


@every_type
def test_a_form_offers_exactly_the_parameters_of_the_catalogue(report_type: ReportType) -> None:
    offered = [field.name for field in fields_of(report_type)]
    offered += ["columns"] if columns_in_order(report_type, None) else []

    assert sorted(offered) == sorted((*report_type.required, *report_type.optional))
    assert {field.name for field in fields_of(report_type) if field.required} == set(report_type.required)


@every_type
def test_a_form_offers_every_column_and_begins_with_the_default_ones(report_type: ReportType) -> None:
    columns = columns_in_order(report_type, None)

    if not report_type.takes("columns"):
        assert (columns, keyed_columns(report_type)) == ([], [])
        return
    assert {*(name for name, _ in columns), *keyed_columns(report_type)} == set(report_type.columns)
    assert {name for name, ticked in columns if ticked} == set(report_type.default_columns)


@every_type
def test_a_form_that_is_sent_as_it_is_leaves_the_columns_to_the_type(report_type: ReportType) -> None:
    ticked = [name for name, is_ticked in columns_in_order(report_type, None) if is_ticked]

    assert "columns" not in raw_parameters(report_type, FormFields(columns=ticked, more_columns=[""]))


def test_every_offered_type_has_a_page(admin: Visitor) -> None:
    page = admin.get("/console/reports").text

    forms = re.findall(r'href="(/console/reports/[^"]+)"', page)
    assert len(forms) > 20
    assert {admin.get(form).status_code for form in forms} == {200}


def test_a_form_says_what_is_new_since_the_version_before(admin: Visitor) -> None:
    page = admin.get(FORM).text

    assert "Since .2: with the columns effective_at, payout_reversed_at_utc; with the parameter timezone." in page


def test_periods_are_whole_and_lie_in_the_window() -> None:
    day = 86_400
    periods = periods_in(DataWindow(JANUARY_START - day, JANUARY_END + day))

    assert {kind: [(one.name, one.start, one.end) for one in some] for kind, some in periods.items()} == {
        "Months": [("January 2025", JANUARY_START, JANUARY_END)]
    }


def test_years_and_quarters_are_offered_where_they_are_whole() -> None:
    year = 365 * 86_400
    periods = periods_in(DataWindow(JANUARY_START, JANUARY_START + year))

    assert [one.name for one in periods["Years"]] == ["2025"]
    assert periods["Quarters"][0].name == "2025, quarter 4"
    assert len(periods["Months"]) == 12


@pytest.mark.parametrize("start", [0, JANUARY_START])
def test_a_ledger_that_is_complete_for_ever_offers_the_newest_periods(start: int) -> None:
    periods = periods_in(DataWindow(start, LATEST))

    assert {kind: some[0].name for kind, some in periods.items()} == {
        "Months": "November 9999",
        "Quarters": "9999, quarter 3",
        "Years": "9998",
    }
    assert len(periods["Months"]) == MOST


def test_what_is_typed_counts_instead_of_the_period() -> None:
    report_type = catalogue().get("balance.summary.1")
    assert report_type is not None
    form = FormFields(
        period=[f"{JANUARY_START}:{JANUARY_END}"],
        interval_start=["2025-01-02T00:00"],
        interval_end=["2025-01-03T00:00:01"],
        columns=list(report_type.default_columns),
    )

    day = 86_400
    assert raw_parameters(report_type, form) == {
        "interval_start": str(JANUARY_START + day),
        "interval_end": str(JANUARY_START + 2 * day + 1),
    }


@pytest.mark.parametrize(
    ("times", "start", "end"),
    [
        ({"period": [f"{JANUARY_START}:{JANUARY_END}"]}, "2024-12-31T23:00:00+00:00", "2025-01-31T23:00:00+00:00"),
        (
            {"interval_start": ["2025-07-01T00:00"], "interval_end": ["2025-07-02T12:30"]},
            "2025-06-30T22:00:00+00:00",
            "2025-07-02T10:30:00+00:00",
        ),
    ],
)
def test_an_interval_is_in_the_timezone_of_the_form(times: dict[str, list[str]], start: str, end: str) -> None:
    report_type = catalogue().get("balance_change_from_activity.itemized.3")
    assert report_type is not None
    columns = list(report_type.default_columns)

    raw = raw_parameters(report_type, FormFields(timezone=["Europe/Berlin"], columns=columns, **times))

    instants = [datetime.fromtimestamp(int(raw[edge]), UTC).isoformat() for edge in ("interval_start", "interval_end")]
    assert instants == [start, end]
    assert raw["timezone"] == "Europe/Berlin"


def test_the_catalogue_says_which_types_need_live_mode(admin: Visitor) -> None:
    page = admin.get("/console/reports").text

    assert "<strong>balance_change_from_activity.itemized.3</strong> (in live mode only)" in page
    assert all(one.id in page for one in catalogue())


def test_asking_makes_a_run_and_shows_it(opened: Installation, admin: Visitor) -> None:
    asked = admin.post(FORM, form(columns=["net", "currency"], currency="usd"))
    assert asked.status_code == 303, asked.text
    page = admin.get(asked.headers["location"]).text

    assert "1 January 2025, 00:00:00 UTC" in page
    assert "net, currency" in page
    assert 'hx-trigger="every 1s"' in page


@pytest.mark.parametrize(
    ("fields", "at_fault", "sentence"),
    [
        ({"period": ""}, "interval_start", "Missing required param: parameters[interval_start]."),
        ({"columns": []}, "columns", "You passed an empty string for &#39;parameters[columns]&#39;."),
        ({"timezone": "Nowhere"}, "timezone", "Nowhere"),
        ({"more_columns": "shoe_size"}, "columns", "shoe_size is not"),
        ({"interval_start": "soon", "interval_end": "2025-01-03T00:00"}, "interval_start", "Invalid integer: soon"),
        ({"reporting_category": "nothing"}, "reporting_category", "Invalid reporting_category"),
    ],
)
def test_wrong_input_shows_the_sentence_of_the_api_beside_its_field(
    admin: Visitor, fields: dict[str, object], at_fault: str, sentence: str
) -> None:
    answer = admin.post(FORM, form(**fields))

    shown = re.search(r'class="field-fault" id="([\w]+)-fault" role="alert">(.*?)</p>', answer.text)
    assert answer.status_code == 400
    assert shown is not None, answer.text
    assert shown[1] == at_fault
    assert sentence in shown[2]


def test_a_refused_form_keeps_what_was_entered(admin: Visitor) -> None:
    answer = admin.post(FORM, form(currency="eur", columns=["net", "gross"], timezone="Nowhere"))

    ticked = re.findall(r'name="columns" value="(\w+)"[^>]* checked', answer.text)
    assert ticked == ["net", "gross"]
    assert '<option value="eur" selected>' in answer.text
    assert f'<option value="{JANUARY_START}:{JANUARY_END}" selected>' in answer.text


def test_the_calls_of_the_api_are_shown_without_a_run(admin: Visitor) -> None:
    page = admin.post(FORM, form(action="calls", columns=["net"])).text

    assert "curl http://reports/v1/reporting/report_runs" in page
    assert f"parameters[interval_start]={JANUARY_START}" in page
    assert "parameters[columns][]=net" in page
    assert "client.v1.reporting.report_runs.create" in page


def test_the_calls_of_a_form_without_columns_are_refused_as_the_form_is(admin: Visitor) -> None:
    page = html.unescape(admin.post(FORM, form(action="calls", columns=[])).text)
    refused = admin.post(FORM, form(columns=[])).text

    assert "--data-urlencode 'parameters[columns]='" in page
    assert '"columns": ""' in page
    assert "You passed an empty string for" in refused


def test_a_key_of_metadata_may_have_spaces_commas_and_quotes(opened: Installation, admin: Visitor) -> None:
    keyed = ["payment_metadata[order id]", 'refund_metadata[it\'s, "so"]', "transfer_metadata[x]"]
    sent = form(columns=["net"], more_columns=f" {keyed[0]},{keyed[1]} , {keyed[2]}")
    asked = admin.post("/console/reports/balance_change_from_activity.itemized.2", sent)

    created = opened.stores.events.events_of(asked.headers["location"].rpartition("/")[2])[0]
    assert created.shown()["parameters"]["columns"] == ["net", *keyed]


def test_currencies_are_those_of_the_ledger(admin: Visitor) -> None:
    page = admin.get(FORM).text

    choice = page[page.index('<select class="form-select" id="currency"') :]
    assert re.findall(r'<option value="(\w*)"', choice[: choice.index("</select>")]) == ["", "usd"]


def test_payouts_are_found_by_what_people_know_of_them(admin: Visitor) -> None:
    def found(text: str) -> list[str]:
        page = admin.get("/console/reports/payout_reconciliation.by_id.summary.1/payouts", params={"q": text}).text
        return re.findall(r'data-choose="(\w+)" data-for="payout"', page)

    assert found("") == found("50.00") == found("2025-01-20") == found("PAID") == found("po_1") == ["po_1"]
    assert found("51") == found("2024") == found("failed") == []


def test_a_found_payout_is_shown_with_its_amount_and_leads_to_the_form(admin: Visitor) -> None:
    form = "/console/reports/payout_reconciliation.by_id.summary.1"
    page = admin.get(f"{form}/payouts").text

    assert "1 payout, newest first." in page
    assert "50.00 USD, 20 January 2025, Paid, manual" in page
    assert f'href="{form}?payout=po_1"' in page
    assert 'id="payout" name="payout" value="po_1"' in admin.get(f"{form}?payout=po_1").text


def test_payouts_of_others_are_not_found(
    admin: Visitor, new_visitor: NewVisitor, installation: SampleInstallation
) -> None:
    path = "/console/reports/payout_reconciliation.by_id.summary.1/payouts"
    connected, reader = new_visitor(), new_visitor()
    connected.sign_in(installation.connected_key)
    reader.sign_in(installation.reports_only_read_key)

    stranger = admin.get(path, params={"connected_account": installation.stranger}).text
    of_connected = admin.get(path, params={"connected_account": installation.connected}).text

    assert f"No such connected account: &#39;{installation.stranger}&#39;" in stranger
    assert "No payout fits." in of_connected
    assert "data-choose" not in connected.get(path).text + stranger + of_connected
    assert reader.get(path).status_code == 403


def test_a_key_that_may_only_read_runs_is_offered_no_forms(
    new_visitor: NewVisitor, installation: SampleInstallation
) -> None:
    reader = new_visitor()
    reader.sign_in(installation.reports_only_read_key)

    assert "/console/reports" not in reader.get("/console/runs").text
    assert reader.get(FORM).status_code == 403
    assert reader.post(FORM, form()).status_code == 403


def form(**fields: object) -> dict[str, object]:
    """January, with some columns, as a browser sends it."""
    return {"period": f"{JANUARY_START}:{JANUARY_END}", "columns": ["net"], "more_columns": "", **fields}
