"""Generated requests: made from the OpenAPI document, by the thousand where asked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.server import SampleInstallation

EXAMPLES = os.environ.get("FUZZ_EXAMPLES", "8")
"""Requests for each operation; `scripts/fuzz` makes more."""

NOT_HELD = (
    "positive_data_acceptance",  # whether a run's parameters are right depends on its type and on the ledger
    "unsupported_method",  # the contract answers a wrong method with 404, never with 405
)


def test_no_request_gets_an_answer_that_the_document_does_not_describe(
    installation: SampleInstallation, address: str, tmp_path: Path
) -> None:
    command = [
        str(Path(sys.executable).with_name("st")),
        "run",
        f"{address}/openapi.json",
        f"--url={address}",
        f"--header=Authorization: Bearer {installation.test_key}",
        f"--max-examples={EXAMPLES}",
        f"--exclude-checks={','.join(NOT_HELD)}",
        "--suppress-health-check=all",
        "--generation-database=none",
        "--no-color",
    ]

    made = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert made.returncode == 0, made.stdout[-6000:] + made.stderr[-2000:]
