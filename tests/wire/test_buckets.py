"""The ledger and the results in S3-compatible storage: load, make a report, download it."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import httpx

from tests.support.client import REPLY_SECONDS
from tests.support.processes import asked_until
from tests.support.report_requests import A_REPORT, RUNS
from tests.support.server import serving
from tests.support.small_ledger import write_small_ledger


def test_a_ledger_in_a_bucket_is_loaded_twice_reported_on_and_the_result_comes_from_a_bucket(
    tmp_path: Path, buckets: dict[str, str]
) -> None:
    settings = {
        "ledger_url": f"s3://reports/{tmp_path.name}/ledger",
        "files_url": f"s3://reports/{tmp_path.name}/files",
    }
    environment = {
        **os.environ,
        "REPORTRUN_DATA": str(tmp_path / "data"),
        **{f"REPORTRUN_{name.upper()}": value for name, value in settings.items()},
    }

    def reportrun(*words: str) -> str:
        command = [sys.executable, "-m", "interfaces.cli.main", *words]
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout

    for table, path in write_small_ledger(tmp_path).items():
        reportrun("load", table, str(path))
        again = reportrun("load", table, str(path))
        assert "is unchanged at" in again
    key = reportrun("keys", "create").strip()

    with (
        serving(tmp_path / "data", **settings) as address,
        httpx.Client(base_url=address, auth=(key, ""), timeout=REPLY_SECONDS) as http,
    ):
        run = http.post(RUNS, data=A_REPORT).json()
        run = asked_until(
            lambda: http.get(f"/v1/reporting/report_runs/{run['id']}").json(),
            lambda now: now["status"] != "pending",
            "the run does not end",
            30,
        )
        assert run["status"] == "succeeded", run["error"]
        contents = http.get(run["result"]["url"])
        part = http.get(run["result"]["url"], headers={"Range": "bytes=1-8"})

    rows = list(csv.DictReader(io.StringIO(contents.text)))
    assert [row["net_amount"] for row in rows] == ["0.00", "287.71", "-50.00", "237.71"]
    assert len(contents.content) == run["result"]["size"]
    assert (part.status_code, part.text) == (206, "category")
