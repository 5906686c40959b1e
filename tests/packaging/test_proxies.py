"""deploy/nginx.conf and deploy/Caddyfile in the real proxies: TLS, and links that keep the path prefix."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from interfaces.settings import Settings
from tests.packaging.conftest import ROOT
from tests.support.client import REPLY_SECONDS
from tests.support.ports import free_port
from tests.support.processes import until
from tests.support.report_requests import A_REPORT
from tests.support.server import SampleInstallation, install, serving
from tests.support.small_ledger import JANUARY_START

SECONDS = 20


@dataclass(frozen=True)
class Certificate:
    """A certificate for localhost that nobody has signed."""

    file: Path
    key: Path

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.file))


Start = Callable[[str], object]
"""Starts a proxy before a server of this address."""


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> SampleInstallation:
    return install(tmp_path_factory.mktemp("installation"))


@pytest.fixture(scope="module")
def address(installation: SampleInstallation) -> Iterator[str]:
    with serving(installation.data) as address:
        yield address


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    folder = tmp_path_factory.mktemp("certificate")
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", made.key, "-out", made.file],
        check=True, capture_output=True,
    )  # fmt: skip
    return made


@pytest.fixture(params=["nginx", "caddy"])
def proxy(request: pytest.FixtureRequest, tmp_path: Path, address: str, certificate: Certificate) -> Iterator[str]:
    """The proxy's address with its path prefix."""
    name: str = request.param
    program = shutil.which(name)
    if program is None:
        pytest.skip(f"{name} is not installed")
    server, secure, plain = urlsplit(address).netloc, free_port(), free_port()
    write = {"nginx": nginx_command, "caddy": caddy_command}[name]
    with running(write(program, tmp_path, server, secure, plain, certificate), secure, tmp_path):
        yield f"https://localhost:{secure}/reports"


def nginx_command(
    program: str, folder: Path, server: str, secure: int, plain: int, certificate: Certificate
) -> list[str]:
    text = replaced(
        (ROOT / "deploy" / "nginx.conf").read_text(),
        {
            "server 127.0.0.1:8000;": f"server {server};",
            "listen 80;\n    listen [::]:80;": f"listen 127.0.0.1:{plain};",
            "listen 443 ssl;\n    listen [::]:443 ssl;": f"listen 127.0.0.1:{secure} ssl;",
            "/etc/ssl/certs/reports.example.pem": str(certificate.file),
            "/etc/ssl/private/reports.example.key": str(certificate.key),
        },
    )
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log stderr;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temporary}{text}\n}}\n"
    )
    return [program, "-p", str(folder), "-c", str(folder / "nginx.conf")]


def caddy_command(
    program: str, folder: Path, server: str, secure: int, plain: int, certificate: Certificate
) -> list[str]:
    text = replaced(
        (ROOT / "deploy" / "Caddyfile").read_text(),
        {
            "reports.example {": f"https://localhost:{secure} {{\n\ttls {certificate.file} {certificate.key}",
            "127.0.0.1:8000": server,
        },
    )
    own_machine = "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n"
    (folder / "Caddyfile").write_text(own_machine + text)
    return [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def replaced(text: str, changes: dict[str, str]) -> str:
    """What a machine must have its own of; all else is as the file says."""
    for there, here in changes.items():
        assert text.count(there) == 1, there
        text = text.replace(there, here)
    return text


@contextmanager
def running(command: list[str], port: int, home: Path) -> Iterator[None]:
    environment = {**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    log = home / "proxy.log"
    with log.open("w") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as process:
        try:
            deadline = time.monotonic() + SECONDS
            while not is_listening(port):
                assert process.poll() is None and time.monotonic() < deadline, log.read_text()
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(SECONDS)


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_report_is_made_and_its_link_leads_through_the_proxy(
    proxy: str, installation: SampleInstallation, certificate: Certificate
) -> None:
    with httpx.Client(auth=(installation.test_key, ""), verify=certificate.trust, timeout=REPLY_SECONDS) as http:
        run = http.post(f"{proxy}/v1/reporting/report_runs", data=A_REPORT).raise_for_status().json()
        deadline = time.monotonic() + SECONDS
        while run["status"] == "pending":
            assert time.monotonic() < deadline
            run = http.get(f"{proxy}/v1/reporting/report_runs/{run['id']}").json()
        contents = http.get(run["result"]["url"])

    assert run["status"] == "succeeded", run["error"]
    assert run["result"]["url"].startswith(f"{proxy}/v1/files/")
    assert contents.status_code == 200 and len(contents.content) == run["result"]["size"]


def test_an_upload_for_the_console_passes_the_proxy(
    proxy: str, installation: SampleInstallation, certificate: Certificate
) -> None:
    row = f"txn_{{}},100,3,97,usd,{JANUARY_START},{JANUARY_START},charge,charge,{'x' * 1000}"
    head = "id,amount,fee,net,currency,created,available_on,type,reporting_category,description"
    content = "\n".join([head, *(row.format(number) for number in range(2_100)), ""]).encode()
    same_origin = {"Sec-Fetch-Site": "same-origin"}
    with httpx.Client(verify=certificate.trust, headers=same_origin, timeout=SECONDS) as http:
        signed_in = http.post(f"{proxy}/console/sign-in", data={"key": installation.test_key})
        files = {"files": ("balance_transactions.csv", content)}
        sent = http.post(f"{proxy}/console/ledger/load", files=files)
        place = urljoin(proxy, sent.headers.get("Location", ""))
        until(lambda: "hx-trigger" not in http.get(place).text, "the load does not end", SECONDS)
        page = http.get(place).text

    assert len(content) > 2 * 1024**2
    assert (signed_in.status_code, sent.status_code) == (303, 303), sent.text
    assert "balance_transactions.csv</td><td>2,100</td>" in page


def test_nginx_takes_what_the_console_takes_and_waits_as_long_as_it_works() -> None:
    _, _, console = (ROOT / "deploy" / "nginx.conf").read_text().partition("location /reports/console/ {")
    (mebibytes,) = re.findall(r"client_max_body_size (\d+)m;", console)
    (seconds,) = re.findall(r"proxy_read_timeout (\d+)s;", console)

    assert int(mebibytes) > Settings().console_upload_mib
    assert int(seconds) > Settings().console_task_seconds


def test_the_description_and_its_page_are_below_the_prefix(proxy: str, certificate: Certificate) -> None:
    with httpx.Client(verify=certificate.trust, timeout=REPLY_SECONDS) as http:
        page = http.get(f"{proxy}/docs")
        script = http.get(f"{proxy}/docs/start.js")
        document = http.get(f"{proxy}/openapi.json").json()
        root = http.get(proxy)
        ready = http.get(f"{proxy}/readyz")

    assert (page.status_code, script.status_code) == (200, 200) and '"docs/start.js"' in page.text
    assert document["servers"][0]["url"] in (proxy, "/reports")
    assert root.status_code == 301 and root.headers["Location"].endswith("/reports/")
    assert ready.json()["status"] == "ready"


def test_a_prefix_or_scheme_that_a_caller_claims_is_not_believed(proxy: str, certificate: Certificate) -> None:
    claims = {"X-Forwarded-Prefix": "/evil", "X-Forwarded-Proto": "http", "X-Forwarded-For": "10.1.1.1"}
    with httpx.Client(verify=certificate.trust, headers=claims, timeout=REPLY_SECONDS) as http:
        document = http.get(f"{proxy}/openapi.json").json()

    assert "evil" not in str(document["servers"])
    assert not document["servers"][0]["url"].startswith("http://")
