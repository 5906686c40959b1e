"""The hosts that requests may name, and what a proxy may say of the scheme."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from interfaces.http.app import build_app
from interfaces.http.edge.base_url import AllowedHosts, base_url_of
from interfaces.http.edge.refusals import HostRefused
from interfaces.http.server.proxies import behind_proxies
from interfaces.setting_values import SettingRefused
from interfaces.settings import Settings
from tests.support.in_process import InProcess, nothing_started
from tests.support.server import SampleInstallation

SCOPE: dict[str, Any] = {"type": "http", "scheme": "http", "server": ("127.0.0.1", 8000)}

WELL_FORMED = [
    "a",
    "reports.example",
    "reports.example.",
    "A_b-c.example:1",
    "10.0.0.1:65535",
    "[::1]",
    "[2001:db8::1]:80",
]
MALFORMED = [
    "", " ", "a b", "a/b", "a?b", "a#b", "u@a", "a:", "a:0", "a:65536", "a:x", ":80", "a..b", ".a", "::1", "[::1", "[]",
    "[:::]", "[1.2.3.4]", "a\x1b", "é", "a" * 254, "a:\uff18\uff10",
]  # fmt: skip


@pytest.mark.parametrize("host", WELL_FORMED)
def test_a_link_begins_with_a_well_formed_host(host: str) -> None:
    assert base_url_of(SCOPE, host) == f"http://{host}"


@pytest.mark.parametrize("host", MALFORMED)
def test_a_link_never_begins_with_another_text(host: str) -> None:
    assert base_url_of(SCOPE, host) == "http://127.0.0.1:8000"


@pytest.mark.parametrize("host", ["reports.example", "REPORTS.example:8443", "b.example:1", "[::1]:9", "[::1]"])
def test_a_name_without_a_port_stands_for_all_its_ports(host: str) -> None:
    AllowedHosts(["Reports.example", "b.example:1", "[::1]"]).check(host)


@pytest.mark.parametrize("host", ["", "evil.example", "b.example", "b.example:2", "x.reports.example", *MALFORMED])
def test_other_hosts_are_refused(host: str) -> None:
    with pytest.raises(HostRefused, match="is not one that this server answers for"):
        AllowedHosts(["Reports.example", "b.example:1"]).check(host)


@pytest.mark.parametrize("host", [*WELL_FORMED, *MALFORMED])
def test_without_a_list_any_host_is_answered(host: str) -> None:
    AllowedHosts(None).check(host)


def test_a_request_to_another_host_is_a_400_before_its_key_is_looked_at_but_health_is_told(
    api: InProcess, installation: SampleInstallation
) -> None:
    listed = build_app(replace(api.edge.api, hosts=AllowedHosts(["reports.example"])), nothing_started)

    def status(path: str, host: str) -> int:
        return api.ask(listed, "GET", path, key=installation.test_key, headers={"Host": host}).status_code

    assert status("/v1/reporting/report_runs", "reports.example:8443") == 200
    assert status("/v1/reporting/report_runs", "evil.example") == 400
    assert status("/healthz", "10.0.0.7:8000") == 200
    refused = api.ask(listed, "GET", "/v1/x", headers={"Host": "evil.example\x7f"})
    assert (refused.status_code, refused.json()["error"]["message"]) == (
        400,
        "The host evil.example\\x7f is not one that this server answers for. Send a Host header with one of the names "
        "that it is set up with.",
    )


def test_the_list_is_read_from_its_setting_and_must_hold_hosts() -> None:
    assert Settings.read({"REPORTRUN_HOSTS": "a.example, b.example:8443"}).hosts == ("a.example", "b.example:8443")
    with pytest.raises(SettingRefused, match=r"REPORTRUN_HOSTS has 'https://a.example', which is no host. Give names"):
        Settings.read({"REPORTRUN_HOSTS": "b.example,https://a.example"})


@pytest.mark.parametrize(
    ("caller", "said", "scheme"),
    [
        ("127.0.0.1", [b"https"], "https"),
        ("10.1.2.3", [b"https"], "https"),
        ("10.2.0.1", [b"https"], "http"),
        ("127.0.0.1", [b"ws"], "http"),
        ("127.0.0.1", [b"wss"], "http"),
        ("127.0.0.1", [b"https, http"], "http"),
        ("127.0.0.1", [b"https", b"wss"], "http"),
        ("127.0.0.1", [], "http"),
    ],
)
def test_the_scheme_is_what_a_trusted_proxy_says_once(caller: str, said: list[bytes], scheme: str) -> None:
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["scheme"])

    headers = [(b"x-forwarded-proto", one) for one in said]
    scope = {**SCOPE, "client": (caller, 1), "headers": headers}
    asyncio.run(behind_proxies(app, "127.0.0.1,10.1.0.0/16")(scope, None, None))  # type: ignore[arg-type]

    assert seen == [scheme]
