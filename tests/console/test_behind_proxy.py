"""The console behind a proxy with TLS and a path prefix: no link, form, asset or redirect leads elsewhere."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from interfaces.http.server.proxies import behind_proxies
from tests.console.conftest import NewVisitor, Visitor
from tests.support.server import SampleInstallation
from tests.support.small_ledger import JANUARY_END, JANUARY_START

HOST, PREFIX = "books.example", "/x"

LINKS = re.compile(r'(href|src|action|hx-get)="([^"#][^"]*)"')


class TlsProxy:
    """Ends TLS, and takes a path prefix away; it says both in headers, over those of the caller."""

    def __init__(self, server: ASGIApp) -> None:
        self._server = behind_proxies(server, "127.0.0.1")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["scheme"] == "https" and scope["path"].startswith(f"{PREFIX}/"), scope["path"]
        said = {b"x-forwarded-proto": b"https", b"x-forwarded-prefix": PREFIX.encode(), b"x-forwarded-for": b"10.9.8.7"}
        headers = [header for header in scope["headers"] if header[0] not in said] + list(said.items())
        path = scope["path"].removeprefix(PREFIX)
        behind = {**scope, "scheme": "http", "path": path, "raw_path": path.encode(), "headers": headers}
        await self._server(behind, receive, send)


@pytest.fixture
def admin(new_visitor: NewVisitor, installation: SampleInstallation) -> Visitor:
    """A signed-in browser outside of the proxy."""
    visitor = new_visitor()
    transport = httpx.ASGITransport(TlsProxy(visitor.edge), client=("127.0.0.1", 1))
    visitor.client = httpx.AsyncClient(transport=transport, base_url=f"https://{HOST}")
    signed_in = visitor.post(f"{PREFIX}/console/sign-in", {"key": installation.test_key})
    assert signed_in.headers["location"] == f"{PREFIX}/console/"
    assert "Secure" in signed_in.headers["set-cookie"] and f"Path={PREFIX}/console" in signed_in.headers["set-cookie"]
    return visitor


def test_every_link_form_and_asset_of_every_page_stays_below_the_prefix_and_on_https(admin: Visitor) -> None:
    asked = admin.post(
        f"{PREFIX}/console/reports/payouts.itemized.3", {"period": f"{JANUARY_START}:{JANUARY_END}", "columns": "net"}
    )
    hook = {"url": "https://hooks.example/proxied", "events": ["*"]}
    assert admin.post(f"{PREFIX}/console/webhooks/endpoints", hook).status_code == 200
    seen, waiting, outside = set(), [f"https://{HOST}{PREFIX}/console/", asked.headers["location"]], []
    while waiting:
        here = urljoin(f"https://{HOST}/", waiting.pop())
        if here.partition("?")[0] in seen:
            continue
        seen.add(here.partition("?")[0])
        answer = admin.get(here)
        if "location" in answer.headers:
            waiting.append(urljoin(here, answer.headers["location"]))
        assert answer.status_code in (200, 303, 409), (here, answer.status_code)  # 409: not sealed yet
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        for kind, link in LINKS.findall(answer.text):
            there = urljoin(here, link)
            if not there.startswith((f"https://{HOST}{PREFIX}/console/", "data:")):
                outside.append((here, kind, link))
            elif kind != "action" and not link.startswith("data:"):
                waiting.append(there)

    paths = {urlsplit(url).path.removeprefix(f"{PREFIX}/console/").partition("/")[0] for url in seen}
    assert outside == []
    assert paths >= {"runs", "reports", "webhooks", "ledger", "audit", "access", "assets"}
    assert any("/webhooks/endpoints/we_" in url for url in seen)


def test_styles_ask_for_nothing_outside(admin: Visitor) -> None:
    sheets = re.findall(r'href="([^"]+\.css)"', admin.get(f"{PREFIX}/console/runs").text)
    outside = [
        url
        for sheet in sheets
        for url in re.findall(r"url\(\s*[\"']?([^\"')\s]+)", admin.get(sheet).text)
        if not url.startswith(("data:", "#"))
    ]

    assert len(sheets) >= 2
    assert outside == []


def test_the_first_address_and_a_session_that_is_missing_lead_below_the_prefix(admin: Visitor) -> None:
    first = admin.get(f"{PREFIX}/", headers={"Accept": "text/html"})
    admin.client.cookies.clear()
    ended = admin.get(f"{PREFIX}/console/runs")
    part = admin.get(f"{PREFIX}/console/runs", headers={"HX-Request": "true"})

    assert urljoin(f"https://{HOST}{PREFIX}/", first.headers["location"]) == f"https://{HOST}{PREFIX}/console/"
    assert ended.headers["location"] == f"{PREFIX}/console/sign-in?next=/runs"
    assert part.headers["hx-redirect"] == f"{PREFIX}/console/sign-in?next=/runs"
