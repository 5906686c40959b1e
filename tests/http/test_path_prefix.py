"""A server below a path prefix, slashes too many, and the way of a browser to the documentation."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import Any

import pytest

from interfaces.http.app import build_app
from interfaces.http.edge.base_url import PREFIX, is_prefix, path_below, prefix_of
from interfaces.http.edge.middleware import ROOTS, Edge
from interfaces.http.server.proxies import behind_proxies
from tests.http.routes import methods_and_paths
from tests.support.in_process import InProcess, nothing_started
from tests.support.server import SampleInstallation

BROWSER = {"Accept": "text/html,application/xhtml+xml"}
RUNS = "/v1/reporting/report_runs"


@pytest.fixture(scope="module")
def below_a_prefix(api: InProcess) -> Edge:
    """The same API, with a public address that has a path."""
    return build_app(replace(api.edge.api, public_url="https://finance.example/reports"), nothing_started)


@pytest.mark.parametrize(
    ("path", "prefix", "below"),
    [
        ("/v1/files", "", "/v1/files"),
        ("//v1/files", "", "/v1/files"),
        ("///v1/files", "/reports", "/v1/files"),
        ("/reports/v1/files", "/reports", "/v1/files"),
        ("/reports//v1/files", "/reports", "/v1/files"),
        ("/reports", "/reports", "/"),
        ("/reports/", "/reports", "/"),
        ("/reportsv1/files", "/reports", "/reportsv1/files"),
        ("/v1/files", "/v1", "/v1/files"),
        ("/docs", "/docs", "/docs"),
        ("//", "", "/"),
    ],
)
def test_a_path_is_read_below_its_prefix_and_with_one_slash(path: str, prefix: str, below: str) -> None:
    assert path_below(path, prefix, ROOTS) == below


@pytest.mark.parametrize("url", ["https://a.example", "https://a.example/", "https://a.example/a%20b", ""])
def test_a_public_address_without_a_path_has_no_prefix(url: str) -> None:
    assert prefix_of(url) == ""


@pytest.mark.parametrize(
    "text", ["", "/", "reports", "/a//b", "/../b", "/a/.", '/"x', "/a?b", "//host", "/" + "a" * 200]
)
def test_what_cannot_stand_before_a_path_is_no_prefix(text: str) -> None:
    assert not is_prefix(text)


@pytest.mark.parametrize(
    ("caller", "said", "prefix"),
    [
        ("127.0.0.1", [b"/reports"], "/reports"),
        ("127.0.0.1", [b"/finance/reports/"], "/finance/reports"),
        ("10.0.0.9", [b"/reports"], None),
        ("127.0.0.1", [b"/a", b"/b"], None),
        ("127.0.0.1", [b"//evil.example"], None),
        ("127.0.0.1", [], None),
    ],
)
def test_the_prefix_is_what_a_trusted_proxy_says_once(caller: str, said: list[bytes], prefix: str | None) -> None:
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope.get(PREFIX))

    scope = {"type": "http", "client": (caller, 1), "headers": [(b"x-forwarded-prefix", one) for one in said]}
    asyncio.run(behind_proxies(app, "127.0.0.1")(scope, None, None))  # type: ignore[arg-type]

    assert seen == [prefix]


@pytest.mark.parametrize("before", ["", "/reports"])
def test_pages_document_and_links_keep_the_prefix(
    api: InProcess, installation: SampleInstallation, below_a_prefix: Edge, before: str
) -> None:
    def get(path: str, **more: Any) -> Any:
        return api.ask(below_a_prefix, "GET", before + path, **more)

    page = get("/docs").text
    run = get(f"{RUNS}/{installation.past_runs[0]}", key=installation.stranger_key).json()
    refused = get(f"{RUNS}/nope", key=installation.stranger_key).json()

    assert get("/openapi.json").json()["servers"] == [{"url": "/reports"}]
    assert get("/", headers=BROWSER).headers["location"] == "/reports/docs"
    for asset in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert get(f"/{asset}").status_code == 200, asset
    assert run["result"]["url"].startswith("https://finance.example/reports/v1/files/")
    assert refused["error"]["request_log_url"].startswith("https://finance.example/reports/test/logs/req_")


def test_links_keep_the_prefix_that_a_proxy_says(api: InProcess, installation: SampleInstallation) -> None:
    proxied = behind_proxies(api.edge, "127.0.0.1")
    said = {"X-Forwarded-Prefix": "/reports/"}

    run = api.ask(
        proxied, "GET", f"{RUNS}/{installation.past_runs[0]}", key=installation.stranger_key, headers=said
    ).json()

    assert run["result"]["url"].startswith("http://reports/reports/v1/files/")
    assert api.ask(proxied, "GET", "/openapi.json", headers=said).json()["servers"] == [{"url": "/reports"}]
    assert "servers" not in api("GET", "/openapi.json").json()


def test_a_base_url_that_ends_in_a_slash_works(api: InProcess, installation: SampleInstallation) -> None:
    listed = api("GET", f"http://reports/{RUNS}", key=installation.test_key)
    page = api("GET", "http://reports//docs")

    assert (listed.status_code, page.status_code) == (200, 200)


def test_a_browser_is_led_to_the_console_and_a_client_without_a_key_is_refused(api: InProcess) -> None:
    led = api("GET", "/", headers=BROWSER)
    refused = api("GET", "/")

    assert (led.status_code, led.headers["location"], led.headers["vary"]) == (307, "console/", "Accept")
    assert refused.status_code == 401


def test_head_works_wherever_get_does(api: InProcess, installation: SampleInstallation) -> None:
    ids = {"report_runs": installation.past_runs[0], "files": installation.past_files[0]}
    paths = sorted({path for method, path in methods_and_paths(api.edge.app) if method == "GET"})
    assert {"/", "/docs", "/openapi.json", "/healthz", RUNS} <= set(paths)

    for path in paths:
        noun = next((noun for noun in ids if noun in path), "")
        url = path.replace("{id}", ids.get(noun, "balance.summary.1"))
        got, head = (
            api(method, url, key=installation.stranger_key, headers=BROWSER if path == "/" else {})
            for method in ("GET", "HEAD")
        )
        assert (head.status_code, head.content) == (got.status_code, b""), path
        assert head.headers.get("content-type") == got.headers.get("content-type"), path
