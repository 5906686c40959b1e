"""The official Node client against a live server, where there is `node` and a `stripe` package that it finds."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.processes import until
from tests.support.server import SampleInstallation
from tests.support.small_ledger import JANUARY_END, JANUARY_START

NODE = shutil.which("node")


def can_run() -> bool:
    if NODE is None:
        return False
    return subprocess.run([NODE, "-e", "require('stripe')"], check=False, capture_output=True).returncode == 0


pytestmark = pytest.mark.skipif(not can_run(), reason="node, or its stripe package, is not installed")

PROLOGUE = """
const [key, address] = process.argv.slice(1)
const { hostname: host, port } = new URL(address)
const Stripe = require("stripe")
const stripe = new (Stripe.default || Stripe)(key, { host, port: Number(port), protocol: "http", maxNetworkRetries: 0 })
const show = (value) => console.log(JSON.stringify(value))
const ids = async (list) => { const all = []; for await (const one of list) all.push(one.id); return all }
"""


def node(key: str, address: str, script: str) -> Any:
    """What a script shows; in it, `stripe` is a client, `show` shows a value and `ids` turns all pages of a list."""
    program = f"{PROLOGUE}\n(async () => {{ {script} }})()"
    done = subprocess.run([str(NODE), "-e", program, key, address], check=False, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_a_report_is_asked_for_and_waited_for(installation: SampleInstallation, address: str) -> None:
    run = node(
        installation.test_key,
        address,
        f"""
        const runs = stripe.reporting.reportRuns
        let run = await runs.create({{
          report_type: "payouts.itemized.3",
          parameters: {{
            interval_start: {JANUARY_START}, interval_end: {JANUARY_END}, columns: ["net", "currency"]
          }},
        }})
        while (run.status === "pending") run = await runs.retrieve(run.id)
        show(run)
        """,
    )

    assert (run["status"], run["parameters"]["columns"]) == ("succeeded", ["net", "currency"])
    assert run["result"]["url"].startswith(address)


def test_pages_turn_by_themselves_both_ways(installation: SampleInstallation, address: str) -> None:
    older, newer = node(
        installation.stranger_key,
        address,
        f"""
        const runs = stripe.reporting.reportRuns
        show([
          await ids(runs.list({{ limit: 5 }})),
          await ids(runs.list({{ limit: 5, ending_before: "{installation.past_runs[-1]}" }})),
        ])
        """,
    )

    assert older == list(installation.past_runs)
    assert newer == list(installation.past_runs[-2::-1])


def test_errors_come_as_the_classes_that_integrations_catch(installation: SampleInstallation, address: str) -> None:
    caught = node(
        installation.test_key,
        address,
        """
        const caught = []
        const trying = [
          () => stripe.reporting.reportRuns.retrieve("frr_x"),
          () => stripe.reporting.reportRuns.create({ report_type: "wat.1" }),
          () => stripe.files.list({}, { stripeAccount: "acct_x" }),
          () => stripe.files.list({}, { apiKey: "sk_test_x" }),
        ]
        for (const one of trying) await one().catch((error) => caught.push([error.type, error.statusCode]))
        show(caught)
        """,
    )

    assert caught == [
        ["StripeInvalidRequestError", 404],
        ["StripeInvalidRequestError", 400],
        ["StripePermissionError", 403],
        ["StripeAuthenticationError", 401],
    ]


def test_the_same_request_under_one_key_is_one_run(installation: SampleInstallation, address: str) -> None:
    first, again, refused = node(
        installation.test_key,
        address,
        f"""
        const wanted = {{
          report_type: "balance.summary.1",
          parameters: {{ interval_start: {JANUARY_START}, interval_end: {JANUARY_END} }},
        }}
        const other = {{ ...wanted, report_type: "payouts.summary.1" }}
        const under = {{ idempotencyKey: "node-" + Math.random() }}
        const runs = stripe.reporting.reportRuns
        const first = await runs.create(wanted, under)
        const again = await runs.create(wanted, under)
        const refused = await runs.create(other, under).catch((error) => error.type)
        show([first.id, [again.id, again.lastResponse.headers["idempotent-replayed"]], refused])
        """,
    )

    assert first.startswith("frr_")
    assert (again, refused) == ([first, "true"], "StripeIdempotencyError")


def test_the_sentence_of_a_failed_run_is_read_as_the_readme_says(
    installation: SampleInstallation, address: str, web: httpx.Client
) -> None:
    form = {
        "report_type": "balance.summary.1",
        "parameters[interval_start]": str(JANUARY_START),
        "parameters[interval_end]": str(JANUARY_END),
        "error": "The ledger is on holiday.",
    }
    headers = {"Authorization": f"Bearer {installation.test_key}"}
    id = web.post("/v1/test_helpers/reporting/report_runs", data=form, headers=headers).json()["id"]
    until(
        lambda: web.get(f"/v1/reporting/report_runs/{id}", headers=headers).json()["status"] != "pending",
        "the run does not end",
    )

    run = node(installation.test_key, address, f'const id = "{id}"\n{js_of_the_how_to()}\nshow(run)')

    assert run == {"id": id, "status": "failed", "error": "The ledger is on holiday."}


def js_of_the_how_to() -> str:
    text = (Path(__file__).parents[2] / "docs" / "how-to" / "official-clients.md").read_text(encoding="utf-8")
    return str(re.findall(r"```js\n(.*?)```", text, re.DOTALL)[0])
