"""The hosts that the console answers for, and what links of a webhook endpoint begin with."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.console.conftest import OWN, Visitor, visitors_of
from tests.support.server import SampleInstallation
from tests.support.small_ledger import JANUARY_END, JANUARY_START

ENDPOINTS = "/console/webhooks/endpoints"

FORM = {"url": "https://hooks.example/in", "events": ["*"]}


class Site(NamedTuple):
    opened: Installation
    visitor: Visitor

    def bases(self) -> list[str]:
        """What the links of each endpoint begin with."""
        self.opened.stores.projector.catch_up()
        return [row.base_url for row in asyncio.run(self.opened.stores.views.webhook_endpoints.all())]


@pytest.fixture
def site(place: SampleInstallation, request: pytest.FixtureRequest) -> Iterator[Site]:
    """A server for the hosts that the test names, and a visitor who is signed in."""
    with Installation(Settings(data=place.data, hosts=request.param)) as opened, visitors_of(opened) as new_visitor:
        visitor = new_visitor()
        visitor.sign_in(place.test_key)
        yield Site(opened, visitor)


@pytest.mark.parametrize("site", [("reports",)], indirect=True)
def test_a_host_that_is_not_answered_for_makes_nothing(site: Site, place: SampleInstallation) -> None:
    before = site.bases()

    refused = site.visitor.post(ENDPOINTS, FORM, {**OWN, "Host": "evil.example"})
    signed_in = site.visitor.post("/console/sign-in", {"key": place.test_key}, {**OWN, "Host": "evil.example"})
    page = site.visitor.get("/console/runs", headers={"Host": "evil.example"})
    made = site.visitor.post(ENDPOINTS, FORM)

    assert [refused.status_code, signed_in.status_code, page.status_code] == [400] * 3
    assert "The host evil.example is not one that this server answers for." in refused.text
    assert made.status_code == 200
    assert sorted(site.bases()) == sorted([*before, "http://reports"])


@pytest.mark.parametrize("site", [None], indirect=True)
def test_links_begin_with_no_text_that_is_no_host(site: Site) -> None:
    before = site.bases()

    made = site.visitor.post(ENDPOINTS, FORM, {**OWN, "Host": "a/b?c"})
    calls = {"period": f"{JANUARY_START}:{JANUARY_END}", "action": "calls"}
    page = site.visitor.post("/console/reports/balance.summary.1", calls, {**OWN, "Host": "a/b?c"}).text

    assert made.status_code == 200
    assert sorted(site.bases()) == sorted([*before, "http://reports"])  # as the socket's own address
    assert "curl http://reports/v1/reporting/report_runs" in page
