"""Every report type of the catalogue, and a custom one, is asked for from its form as it comes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

import pytest

from application.ledger.loading import LoadFiles
from application.ports.ledger import LedgerSource
from domain.access.api_key import KeyKind
from domain.access.caller import Scope
from domain.report_types import ReportType, catalogue
from domain.runs.report_run import ReportRun
from interfaces.composition.commands import administration, demo_sources, loading
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.console.conftest import Visitor
from tests.support.in_process import in_process
from tests.support.small_ledger import write_small_ledger

CUSTOM = """\
/*
id = "shop.fees.1"
name = "Fees of one category"
columns = ["fees", "currency"]
required = ["interval_start", "interval_end", "reporting_category"]
*/
select amount_text(sum(fee), currency, '.') as fees, currency
from balance_transactions
where created >= $interval_start and created < $interval_end
    and reporting_category = $reporting_category
group by currency
order by currency
"""

TYPES = [*(one.id for one in catalogue()), "shop.fees.1"]


class Place(NamedTuple):
    """A server upon the demo ledger in live mode, a visitor with a secret key, and a connected account with payouts."""

    installation: Installation
    visitor: Visitor
    connected: str


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("demo")
    (folder / "reports").mkdir()
    (folder / "reports" / "fees.sql").write_text(CUSTOM)
    with Installation(Settings(data=folder / "data", reports=str(folder / "reports"))) as installation:
        admin = administration(installation)
        platform = admin.platform()
        connected = admin.register_account(name="Shop", platform=platform)
        _load(installation, demo_sources(folder / "rows", livemode=True), None)
        small = [LedgerSource(table, path) for table, path in write_small_ledger(folder).items()]
        _load(installation, small, connected)
        _, secret = admin.create_key(Scope(platform, livemode=True), KeyKind.SECRET, (), None)
        with in_process(installation) as asked:
            visitor = Visitor(asked.edge, asked.loop)
            visitor.sign_in(secret)
            yield Place(installation, visitor, connected)


def _load(installation: Installation, sources: list[LedgerSource], account: str | None) -> None:
    order = LoadFiles(sources, livemode=True, account=account)
    loading(installation).load(order, lambda what, part: None)


def test_every_type_is_offered(place: Place) -> None:
    offered = re.findall(r'href="/console/reports/([^"]+)"', place.visitor.get("/console/reports").text)

    assert len(TYPES) > 59
    assert sorted(offered) == sorted(TYPES)


@pytest.mark.parametrize("id", TYPES)
def test_a_type_is_asked_for_from_its_form(place: Place, id: str) -> None:
    report_type = place.installation.catalogue.get(id)
    assert report_type is not None
    page = place.visitor.get(f"/console/reports/{id}").text
    form = as_it_comes(page)
    form.update(by_hand(place, report_type))

    asked = place.visitor.post(f"/console/reports/{id}", form)

    assert asked.status_code == 303, re.findall(r'class="field-fault".*?</p>', asked.text)
    (run,) = place.visitor.get(asked.headers["location"]).text.split("<dt>Run</dt><dd>")[1:]
    found = place.installation.stores.events.find(ReportRun, run.partition("<")[0])
    assert found is not None
    assert found.report_type == id
    assert set(report_type.required) <= set(found.parameters)
    assert "columns" not in found.parameters


def as_it_comes(page: str) -> dict[str, object]:
    """What a browser sends of a form that nobody has changed."""
    form: dict[str, object] = {"columns": re.findall(r'name="columns" value="([^"]+)"[^>]* checked', page)}
    for name, options in re.findall(
        r'<select class="form-select" id="\w+" name="(\w+)".*?>(.*?)</select>', page, re.DOTALL
    ):
        chosen = re.findall(r'<option value="([^"]*)" selected>', options)
        form[name] = unescape(chosen[0]) if chosen else ""
    for name in re.findall(r'<input class="form-control" id="(\w+)" name="(?:\w+)"', page):
        form[name] = ""
    return form


def by_hand(place: Place, report_type: ReportType) -> dict[str, object]:
    """The fields that have no default. A payout is taken from the search."""
    given: dict[str, object] = {}
    if "connected_account" in report_type.required:
        given["connected_account"] = place.connected
    if "reporting_category" in report_type.required:
        given["reporting_category"] = "charge"
    if "payout" in report_type.required:
        search = f"/console/reports/{report_type.id}/payouts"
        account = {"connected_account": place.connected} if report_type.about_connected_accounts else {}
        found = place.visitor.get(search, params=account).text
        given["payout"] = re.findall(r'data-choose="(\w+)"', found)[0]
    return given
