"""The services of compose.yaml: their commands and settings make a report, upon a database and a bucket of the test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml  # type: ignore[import-untyped]

from tests.packaging.conftest import ROOT
from tests.support.client import REPLY_SECONDS
from tests.support.official import create, finished, stripe_client
from tests.support.server import address_of
from tests.support.small_ledger import write_small_ledger

SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]


@dataclass(frozen=True)
class Services:
    """Starts what compose.yaml starts, as processes, with each service's own data folder."""

    folder: Path
    changed: Mapping[str, str]

    def run(self, service: str, *words: str) -> str:
        done = subprocess.run(
            self._command(*(words or SERVICES[service]["command"])),
            env=self._environment(service), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def started(self, service: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        command = self._command(*SERVICES[service]["command"], *words)
        with subprocess.Popen(command, env=self._environment(service), stdout=subprocess.PIPE) as process:
            try:
                yield process
            finally:
                process.terminate()
                process.wait(20)

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "reportrun", *words]

    def _environment(self, service: str) -> dict[str, str]:
        settings = SERVICES[service]["environment"]
        unknown = set(self.changed) - set(settings)
        assert not unknown, f"compose.yaml does not set {unknown}"
        return {**os.environ, **settings, **self.changed, "REPORTRUN_DATA": str(self.folder / service)}


@pytest.fixture
def services(tmp_path: Path, empty_database: str, buckets: dict[str, str]) -> Services:
    storage = {name: buckets[name] for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
    others = {"REPORTRUN_DATABASE_URL": empty_database, "REPORTRUN_PUBLIC_URL": ""}
    return Services(tmp_path, {**storage, **others})


def test_the_services_make_a_report(services: Services, tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    write_small_ledger(tmp_path / "export")

    services.run("migrate")
    services.run("server", "load", str(tmp_path / "export"))
    key = services.run("server", "keys", "create").strip()
    with ExitStack() as running:
        server = running.enter_context(services.started("server", "--port", "0"))
        address = address_of(server).replace("0.0.0.0", "127.0.0.1")
        running.enter_context(services.started("worker"))
        client = stripe_client(key, address)
        run = finished(client, create(client).id)
        report = httpx.get(run.result.url.replace("0.0.0.0", "127.0.0.1"), auth=(key, ""), timeout=REPLY_SECONDS)

    assert run.status == "succeeded", run.error
    assert report.text.startswith('"category"') or report.text.startswith("category")
    assert not (tmp_path / "server" / "ledger").exists()


def test_no_container_of_ours_can_write_its_root_or_has_a_capability() -> None:
    for service in (SERVICES[name] for name in ("server", "worker", "migrate")):
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_only_the_server_is_published_and_on_this_machine_alone() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert published == {"server": ["127.0.0.1:8000:8000"]}


def test_the_passwords_of_compose_are_named_in_its_example() -> None:
    text = (ROOT / "compose.yaml").read_text()
    example = (ROOT / "deploy" / "compose.env").read_text()

    for name in ("POSTGRES_PASSWORD", "S3_SECRET_KEY", "PUBLIC_URL"):
        assert f"${{{name}:" in text and f"\n{name}=\n" in example
