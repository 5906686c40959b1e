"""Report types of an installation's own, over the API: the README's example, and what a broken file does."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from stripe import InvalidRequestError, StripeClient

from tests.support.client import REPLY_SECONDS
from tests.support.official import create, finished, stripe_client
from tests.support.server import SampleInstallation, install, serving
from tests.support.small_ledger import JANUARY_END, JANUARY_START

README = Path(__file__).parents[2] / "README.md"
FEES = "shop.fees_by_day.1"


@dataclass(frozen=True)
class Site:
    installation: SampleInstallation
    reports: Path
    address: str

    @property
    def client(self) -> StripeClient:
        return stripe_client(self.installation.test_key, self.address)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    reports = folder / "reports"
    reports.mkdir()
    (example,) = re.findall(r"```sql\n(.*?)```", README.read_text(), re.DOTALL)
    (reports / "fees_by_day.sql").write_text(example)
    (reports / "broken.sql").write_text("select 1")
    installation = install(folder / "data")
    with serving(installation.data, reports=str(reports)) as address:
        yield Site(installation, reports, address)


def test_the_example_is_listed_and_makes_a_file(site: Site) -> None:
    offered = site.client.v1.reporting.report_types.retrieve(FEES)

    run = finished(site.client, create(site.client, FEES, columns=["day", "fees"]).id)

    assert (offered.name, offered.version, list(offered.default_columns or [])) == (
        "Fees by day",
        1,
        ["day", "currency", "fees"],
    )
    assert FEES in [one.id for one in site.client.v1.reporting.report_types.list().data]
    assert run.status == "succeeded", run.error
    lines = httpx.get(run.result.url, auth=(site.installation.test_key, ""), timeout=REPLY_SECONDS).text.splitlines()
    assert lines[:2] == ['"day","fees"', '"2025-01-01","0.59"']
    assert len(lines) == 1 + 31


def test_rows_of_another_account_are_never_shown(site: Site) -> None:
    client = stripe_client(site.installation.connected_key, site.address)

    run = finished(client, create(client, FEES).id)

    assert (
        httpx.get(run.result.url, auth=(site.installation.connected_key, ""), timeout=REPLY_SECONDS).text
        == '"day","currency","fees"\n'
    )


@pytest.mark.parametrize(
    ("parameters", "param"),
    [
        ({"interval_start": JANUARY_START}, "parameters[interval_end]"),
        ({"interval_start": JANUARY_START, "interval_end": JANUARY_END, "currency": "USD"}, "parameters[currency]"),
        ({"interval_start": JANUARY_START, "interval_end": JANUARY_END, "payout": "po_1"}, "parameters[payout]"),
        ({"interval_start": JANUARY_START, "interval_end": JANUARY_END, "columns": ["net"]}, "parameters[columns]"),
        ({"interval_start": 1, "interval_end": JANUARY_END}, "parameters.interval_start"),
    ],
)
def test_its_parameters_are_checked_as_those_of_any_type(site: Site, parameters: dict[str, object], param: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        site.client.v1.reporting.report_runs.create(params={"report_type": FEES, "parameters": cast("Any", parameters)})

    assert refused.value.param == param


def test_a_broken_file_is_named_by_doctor(site: Site) -> None:
    command = [sys.executable, "-m", "interfaces.cli.main", "doctor"]
    environment = {"REPORTRUN_DATA": str(site.installation.data), "REPORTRUN_REPORTS": str(site.reports), "PATH": ""}

    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert said.returncode == 1
    assert f"wrong {site.reports / 'broken.sql'} is no report type: it does not begin with a comment" in said.stdout
    assert f"good  {site.reports} has 1 report type: {FEES}." in said.stdout
