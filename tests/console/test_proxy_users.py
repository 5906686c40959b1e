"""Signing in by the header of a trusted proxy."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest

from application.history.actor_trail import Selection, trail
from domain.access.api_key import KeyKind
from domain.access.caller import Scope
from domain.access.console_session import ConsoleSession
from interfaces.composition.commands import administration
from interfaces.composition.installation import Installation
from interfaces.http.edge.middleware import Edge
from interfaces.http.server.proxies import behind_proxies
from interfaces.http.server.proxy_users import ProxyUsers, user_of
from interfaces.setting_values import SettingRefused
from interfaces.settings import Settings
from tests.console.conftest import OWN
from tests.support.in_process import in_process
from tests.support.server import SampleInstallation
from tests.support.small_ledger import JANUARY_END, JANUARY_START

PROXY, ELSEWHERE = "10.0.0.7", "10.0.0.8"

HEADER = "X-Forwarded-User"

FORM = "/console/reports/payouts.itemized.3"


class Site(NamedTuple):
    """A server behind a proxy. reader, writer: ids of keys"""

    opened: Installation
    edge: Edge
    loop: asyncio.AbstractEventLoop
    reader: str
    writer: str

    def browser(self, address: str = PROXY) -> Browser:
        return Browser(self, address)


class Browser:
    """One that keeps its cookies, and reaches the server from an address."""

    def __init__(self, site: Site, address: str) -> None:
        self.site = site
        app = behind_proxies(site.edge, PROXY, HEADER)
        transport = httpx.ASGITransport(app, client=(address, 1234))
        self.client = httpx.AsyncClient(transport=transport, base_url="http://reports")

    def get(self, path: str, user: str | None, **more: Any) -> httpx.Response:
        return self._ask("GET", path, user, more)

    def post(self, path: str, user: str | None, **fields: str) -> httpx.Response:
        return self._ask("POST", path, user, {"data": fields or {"": ""}})

    def _ask(self, method: str, path: str, user: str | None, more: dict[str, Any]) -> httpx.Response:
        said = {HEADER: user} if user is not None else {}
        headers = {**OWN, **said, **more.pop("headers", {})}
        return self.site.loop.run_until_complete(self.client.request(method, path, headers=headers, **more))


@pytest.fixture(scope="module")
def site(place: SampleInstallation) -> Iterator[Site]:
    scope = Scope(place.platform, livemode=False)
    with Installation(Settings(data=place.data)) as opened:
        admin = administration(opened)
        reader, _ = admin.create_key(scope, KeyKind.RESTRICTED, ("report_runs_read_only",), None)
        writer, _ = admin.create_key(scope, KeyKind.SECRET, (), None)
    keys = (f"ada@example.com={writer}", f"gone@example.com={reader}x", f"*={reader}")
    settings = Settings(data=place.data, console_user_header=HEADER, console_user_keys=keys)
    with Installation(settings) as opened, in_process(opened) as asked:
        yield Site(opened, asked.edge, asked.loop, reader, writer)


def test_a_user_is_signed_in_with_the_rights_of_the_key_that_is_named_for_it(site: Site) -> None:
    ada, bob = site.browser(), site.browser()

    pages = [ada.get("/console/runs", "ada@example.com"), bob.get("/console/runs", "bob@example.com")]

    assert [page.status_code for page in pages] == [200, 200]
    assert '<span class="console-key">ada@example.com</span>' in pages[0].text
    assert "Sign out" not in pages[0].text
    assert ["/console/access" in page.text for page in pages] == [True, False]
    assert bob.get("/console/access", "bob@example.com").status_code == 403


def test_what_a_user_does_is_recorded_as_done_by_that_user(site: Site) -> None:
    ada = site.browser()
    period = f"{JANUARY_START}:{JANUARY_END}"

    asked = ada.post(FORM, "ada@example.com", period=period, columns="net")
    run = asked.headers["location"].rpartition("/")[2]

    events = site.opened.stores.events
    deeds = [(deed.event, deed.touched) for deed in trail(events, Selection("user:ada@example.com"))]
    assert ("report_run.created", run) in deeds
    assert "console_session.signed_in" in {event for event, _ in deeds}
    assert "user:ada@example.com" in ada.get(f"/console/runs/{run}", "ada@example.com").text
    assert run in ada.get("/console/runs?asked_by=user:ada@example.com", "ada@example.com").text


def test_a_user_has_one_session_until_it_ends(site: Site) -> None:
    browser = site.browser()
    first = browser.get("/console/runs", "eve@example.com")
    second = browser.get("/console/runs", "eve@example.com")

    session = site.opened.stores.events.find(
        ConsoleSession, ConsoleSession.id_of(str(browser.client.cookies.get("reportrun_console")))
    )
    assert ("set-cookie" in first.headers, "set-cookie" in second.headers) == (True, False)
    assert session is not None
    assert session.user == "eve@example.com"


def test_a_user_who_is_refused_a_page_keeps_the_session(site: Site) -> None:
    browser = site.browser()
    first = browser.get("/console/reports", "zoe@example.com")
    second = browser.get("/console/reports", "zoe@example.com")

    assert (first.status_code, second.status_code) == (403, 403)
    assert ("set-cookie" in first.headers, "set-cookie" in second.headers) == (True, False)


def test_the_session_of_a_user_is_good_for_nobody_else(site: Site) -> None:
    browser = site.browser()
    browser.get("/console/runs", "ada@example.com")

    other = browser.get("/console/runs", "bob@example.com")
    nobody = browser.get("/console/runs", None)

    assert "bob@example.com" in other.text and "ada@example.com" not in other.text
    assert (nobody.status_code, nobody.headers["location"]) == (303, "/console/sign-in?ended=1&next=/runs")


def test_a_user_without_a_key_is_refused_in_words(site: Site) -> None:
    refused = site.browser().get("/console/runs", "gone@example.com")

    assert refused.status_code == 403
    assert "gone@example.com has no access to this console." in refused.text


def test_a_user_with_another_key_after_a_restart_has_its_rights_and_no_others(
    site: Site, place: SampleInstallation
) -> None:
    before = {user: site.browser() for user in ("ada@example.com", "bob@example.com")}
    assert [browser.get("/console/runs", user).status_code for user, browser in before.items()] == [200, 200]
    settings = Settings(
        data=place.data, console_user_header=HEADER, console_user_keys=(f"ada@example.com={site.reader}",)
    )

    with Installation(settings) as opened, in_process(opened) as asked:
        ada, bob = [
            restarted(browser, site._replace(opened=opened, edge=asked.edge, loop=asked.loop))
            for browser in before.values()
        ]
        first = ada.get("/console/access", "ada@example.com")
        second = ada.get("/console/runs", "ada@example.com")
        gone = bob.get("/console/runs", "bob@example.com")

    assert (first.status_code, second.status_code, gone.status_code) == (403, 200, 403)
    assert ("set-cookie" in first.headers, "set-cookie" in second.headers) == (True, False)
    assert "bob@example.com has no access to this console." in gone.text


def restarted(browser: Browser, site: Site) -> Browser:
    """The browser with its cookies, before a server that was started anew."""
    again = Browser(site, PROXY)
    again.client.cookies = browser.client.cookies
    return again


def test_the_header_from_another_address_is_ignored_and_warned_of_once(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    browser = site.browser(ELSEWHERE)
    with caplog.at_level(logging.WARNING):
        answers = [browser.get("/console/runs", "ada@example.com") for _ in range(3)]

    warned = [line for line in caplog.messages if HEADER in line]
    assert {answer.status_code for answer in answers} == {303}
    assert len(warned) == 1
    assert ELSEWHERE in warned[0]


@pytest.mark.parametrize("user", ["", "   ", "a\x1bb", "x" * 201])
def test_what_cannot_be_a_user_is_none(site: Site, user: str) -> None:
    assert site.browser().get("/console/runs", None, headers={HEADER: user}).status_code == 303


def test_a_header_that_comes_twice_is_ignored(site: Site) -> None:
    headers = [(HEADER, "ada@example.com"), (HEADER, "bob@example.com"), *OWN.items()]
    browser = site.browser()

    answer = site.loop.run_until_complete(browser.client.get("/console/runs", headers=headers))

    assert answer.status_code == 303


@pytest.mark.parametrize("said", [b"j\xf6rg@example.com", b"\xff", b"a\x1fb", b"n" * 201])
def test_a_name_that_cannot_be_read_names_no_user(said: bytes, caplog: pytest.LogCaptureFixture) -> None:
    named: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        named.append(user_of(scope))

    users = ProxyUsers(app, HEADER, lambda address: address == PROXY)
    for name in (said, said, b" ada "):
        scope = {"type": "http", "client": (PROXY, 1), "headers": [(HEADER.lower().encode(), name)]}
        asyncio.run(users(scope, None, None))  # type: ignore[arg-type]

    assert named == ["", "", "ada"]
    assert [record.getMessage() for record in caplog.records] == [
        f"The header {HEADER} was ignored: a name was not printable UTF-8 of at most 200 characters. This is said once."
    ]


def test_the_api_takes_no_users(site: Site) -> None:
    assert site.browser().get("/v1/reporting/report_runs", "ada@example.com").status_code == 401


def test_a_key_may_still_be_given(site: Site, place: SampleInstallation) -> None:
    browser = site.browser()

    signed_in = browser.post("/console/sign-in", "bob@example.com", key=place.test_key)

    assert signed_in.status_code == 303
    assert browser.get("/console/access", "bob@example.com").status_code == 200


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"USER_HEADER": HEADER}, "REPORTRUN_CONSOLE_USER_KEYS is not"),
        ({"USER_HEADER": HEADER, "USER_KEYS": "key_1", "IPS": "*"}, "trusts every address"),
        *(
            ({"USER_HEADER": HEADER, "USER_KEYS": "key_1", "IPS": all_addresses}, "trusts every address")
            for all_addresses in ("0.0.0.0/0", "10.0.0.7, ::/0", "0.0.0.0/1,128.0.0.0/1")
        ),
        ({"USER_KEYS": "ada"}, "REPORTRUN_CONSOLE_USER_KEYS has 'ada'"),
    ],
)
def test_settings_that_let_anyone_in_are_refused(variables: dict[str, str], sentence: str) -> None:
    names = {"USER_HEADER": "CONSOLE_USER_HEADER", "USER_KEYS": "CONSOLE_USER_KEYS", "IPS": "FORWARDED_ALLOW_IPS"}
    environment = {f"REPORTRUN_{names[name]}": value for name, value in variables.items()}

    with pytest.raises(SettingRefused, match=sentence):
        Settings.read(environment)


def test_one_key_alone_is_for_every_user() -> None:
    settings = Settings.read({"REPORTRUN_CONSOLE_USER_KEYS": "ada=key_1,key_2"})

    assert [settings.console_user_key_of(user) for user in ("ada", "bob")] == ["key_1", "key_2"]
    assert Settings().console_user_key_of("ada") is None
