"""A TypeScript client that `@hey-api/openapi-ts` generates from the document compiles strictly, and works."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.server import SampleInstallation

NODE = shutil.which("node")
TOOLS = Path(os.environ.get("NODE_PATH", "")) / ".bin"

pytestmark = pytest.mark.skipif(
    NODE is None or not (TOOLS / "openapi-ts").exists(), reason="node, or its package @hey-api/openapi-ts, is missing"
)

PROGRAM = """
import { client } from "./client/client.gen";
import { createReportRun, getReportRun, listReportRuns, getFileContents, getReportType } from "./client";

declare const process: { argv: string[] };
const [, , baseUrl, auth] = process.argv;
client.setConfig({ baseUrl, auth });

async function main() {
  const body = {
    report_type: "payouts.itemized.3",
    "parameters[interval_start]": 1735689600,
    "parameters[interval_end]": 1738368000,
    "parameters[columns][]": ["net", "currency"],
  };
  const headers = { "Idempotency-Key": "typescript-1" };
  const { data: made } = await createReportRun({ body, headers, throwOnError: true });
  const { data: again } = await createReportRun({ body, headers, throwOnError: true });
  let run = made;
  while (run.status === "pending") {
    run = (await getReportRun({ path: { id: made.id }, throwOnError: true })).data;
  }
  const query = { limit: 1, "created[gte]": made.created, "expand[]": ["data"] };
  const { data: listed } = await listReportRuns({ query, throwOnError: true });
  const { data: contents } = await getFileContents({ path: { id: run.result!.id }, throwOnError: true });
  const { error } = await getReportType({ path: { id: "nope.1" } });
  const refusal = error && "error" in error ? error.error.message : undefined;
  console.log(JSON.stringify({ made, again: again.id, listed: listed.data.map((one) => one.id), contents, refusal }));
}

main();
"""

COMPILE = (
    "--strict",
    "--skipLibCheck",
    "--module",
    "commonjs",
    "--target",
    "es2022",
    "--lib",
    "es2023,dom,dom.iterable",
)


def run(folder: Path, *words: str | Path) -> str:
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def program(web: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A compiled program that uses the client."""
    folder = tmp_path_factory.mktemp("typescript")
    (folder / "openapi.json").write_bytes(web.get("/openapi.json").content)
    (folder / "program.ts").write_text(PROGRAM)
    run(folder, TOOLS / "openapi-ts", "-i", "openapi.json", "-o", "client", "--no-log-file")
    run(folder, TOOLS / "tsc", *COMPILE, "program.ts")
    return folder / "program.js"


def test_it_creates_retrieves_lists_and_downloads(
    program: Path, address: str, installation: SampleInstallation
) -> None:
    shown: Any = json.loads(run(program.parent, str(NODE), program, address, installation.test_key))

    made = shown["made"]
    assert made["parameters"] == {
        "columns": ["net", "currency"],
        "interval_end": 1738368000,
        "interval_start": 1735689600,
    }
    assert (shown["again"], shown["listed"]) == (made["id"], [made["id"]])
    assert shown["contents"].splitlines()[0] == '"net","currency"'
    assert shown["refusal"] == "No such report type: 'nope.1'"
