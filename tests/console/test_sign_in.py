"""Signing in and out: sessions, their ends, and requests from elsewhere."""

from __future__ import annotations

import html
import re

import pytest

from domain.access.api_key import KeyKind
from domain.access.caller import Scope
from domain.access.console_session import ConsoleSession
from interfaces.composition.commands import administration
from interfaces.composition.installation import Installation
from interfaces.http.server.proxies import behind_proxies
from tests.console.conftest import PUBLISHED, NewVisitor, Visitor
from tests.support.server import SampleInstallation

FIRST, RUNS = "/console/", "/console/runs"


def test_a_key_opens_a_session_that_lasts_from_page_to_page(visitor: Visitor, installation: SampleInstallation) -> None:
    before = visitor.get(RUNS)
    signed_in = visitor.sign_in(installation.test_key)
    after = visitor.get(RUNS)

    assert (before.status_code, before.headers["location"]) == (303, "/console/sign-in?next=/runs")
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, FIRST)
    assert visitor.get(FIRST).headers["location"] == RUNS
    assert after.status_code == 200
    assert "Test mode" in after.text


def test_the_cookie_is_for_the_console_alone_and_no_script_reads_it(
    visitor: Visitor, installation: SampleInstallation
) -> None:
    cookie = visitor.sign_in(installation.test_key).headers["set-cookie"]

    assert cookie.startswith("reportrun_console=")
    assert {part.strip() for part in cookie.split(";")[1:]} == {
        "HttpOnly", "Max-Age=43200", "Path=/console", "SameSite=lax",
    }  # fmt: skip


def test_the_api_does_not_read_cookies(admin: Visitor) -> None:
    cookie = admin.client.cookies.get("reportrun_console")

    answer = admin.get("/v1/reporting/report_runs", headers={"Cookie": f"reportrun_console={cookie}"})

    assert answer.status_code == 401


@pytest.mark.parametrize("kind", ["expired_key", "revoked_key", "publishable_key"])
def test_a_key_that_is_no_good_is_refused_in_the_words_of_the_api(
    visitor: Visitor, installation: SampleInstallation, kind: str
) -> None:
    refused = visitor.sign_in(getattr(installation, kind))

    assert refused.status_code == 401
    assert "API" in refused.text and 'role="alert"' in refused.text
    assert "set-cookie" not in refused.headers


def test_an_empty_key_is_asked_for(visitor: Visitor) -> None:
    assert "Enter an API key." in visitor.sign_in("").text


def test_a_key_is_not_shown_again(visitor: Visitor) -> None:
    assert "sk_test_" + "a" * 48 not in visitor.sign_in("sk_test_" + "a" * 48).text


def test_signing_out_ends_the_session_on_the_server(admin: Visitor) -> None:
    cookie = admin.client.cookies.get("reportrun_console")
    admin.post("/console/sign-out")

    again = admin.get(RUNS, headers={"Cookie": f"reportrun_console={cookie}"})

    assert (again.status_code, again.headers["location"]) == (303, "/console/sign-in?ended=1&next=/runs")


def test_revoking_a_key_ends_its_sessions_at_once(
    opened: Installation, new_visitor: NewVisitor, installation: SampleInstallation
) -> None:
    admin = administration(opened)
    key_id, secret = admin.create_key(Scope(installation.platform, livemode=False), KeyKind.SECRET, (), None)
    visitor = new_visitor()
    visitor.sign_in(secret)
    before = visitor.get(RUNS).status_code

    admin.revoke_key(key_id)

    assert (before, visitor.get(RUNS).status_code) == (200, 303)


def test_a_part_of_a_page_leads_the_whole_page_to_the_sign_in(visitor: Visitor) -> None:
    answer = visitor.get(RUNS, headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["hx-redirect"]) == (200, "/console/sign-in?next=/runs")


@pytest.mark.parametrize("prefix", ["", "/x"])
def test_a_page_with_filters_is_come_back_to_with_them(
    visitor: Visitor, installation: SampleInstallation, prefix: str
) -> None:
    behind = Visitor(behind_proxies(visitor.edge, "127.0.0.1"), visitor.loop, prefix)
    filtered = f"{prefix}/console/runs?status=failed&since=2026-01-01"
    led = behind.get(filtered)
    sign_in = behind.get(led.headers["location"]).text
    (leads_to,) = re.findall(r'name="next" value="([^"]*)"', sign_in)
    answer = behind.post("/console/sign-in", {"key": installation.test_key, "next": html.unescape(leads_to)})

    assert answer.headers["location"] == filtered


@pytest.mark.parametrize(
    ("shown", "leads_to"),
    [
        ("/console/runs/frr_1?at=12", "/runs/frr_1%3Fat%3D12"),
        ("/elsewhere", "/runs/frr_1/charts"),
        ("", "/runs/frr_1/charts"),
    ],
)
def test_a_part_of_a_page_is_not_come_back_to_but_its_page_is(visitor: Visitor, shown: str, leads_to: str) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": f"{PUBLISHED}{shown}"}
    answer = visitor.get("/console/runs/frr_1/charts", headers=headers)

    assert answer.headers["hx-redirect"] == f"/console/sign-in?next={leads_to}"


def test_signing_in_and_out_are_events_with_the_key_as_actor(opened: Installation, admin: Visitor) -> None:
    cookie = str(admin.client.cookies.get("reportrun_console"))
    admin.post("/console/sign-out")

    events = opened.stores.events.events_of(ConsoleSession.id_of(cookie))

    assert [type(event) for event in events] == [ConsoleSession.SignedIn, ConsoleSession.SignedOut]
    assert {event.actor[:4] for event in events} == {"key_"}
    assert not any(cookie in str(vars(event)) for event in events)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://reports"}, 403),
        ({"Origin": "http://reports"}, 303),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_a_form_is_accepted_from_the_console_alone(
    visitor: Visitor, installation: SampleInstallation, headers: dict[str, str], status: int
) -> None:
    answer = visitor.post("/console/sign-in", {"key": installation.test_key}, headers)

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("next", "leads_to"),
    [
        ("/reports", "/console/reports"),
        ("//evil.example", FIRST),
        ("https://evil.example", FIRST),
        ("/\\evil.example", FIRST),
        ("/a\r\nb: c", FIRST),
        ("", FIRST),
    ],
)
def test_signing_in_leads_to_pages_of_the_console_only(
    visitor: Visitor, installation: SampleInstallation, next: str, leads_to: str
) -> None:
    answer = visitor.post("/console/sign-in", {"key": installation.test_key, "next": next})

    assert answer.headers["location"] == leads_to


def test_a_key_is_led_to_the_first_page_that_it_may_see(
    new_visitor: NewVisitor, opened: Installation, installation: SampleInstallation
) -> None:
    scope = Scope(installation.platform, livemode=False)
    led = {}
    for permission in ("audit_read", "webhook_read", "charge_read"):
        _, secret = administration(opened).create_key(scope, KeyKind.RESTRICTED, (permission,), None)
        visitor = new_visitor()
        visitor.sign_in(secret)
        led[permission] = visitor.get(FIRST)

    assert led["audit_read"].headers["location"] == "/console/audit"
    assert led["webhook_read"].headers["location"] == "/console/webhooks"
    assert led["charge_read"].status_code == 403
    assert "none of the permissions" in led["charge_read"].text
