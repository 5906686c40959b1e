"""A person at `/docs`: signs in with a key, and creates, lists, retrieves and downloads with "Try it out"."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.support.official import finished, stripe_client
from tests.support.server import SampleInstallation

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

SHOWN_MS = 15_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complains of, such as a script that the content security policy stops."""
    return []


@pytest.fixture
def docs(browser: Browser, address: str, installation: SampleInstallation, complaints: list[str]) -> Iterator[Page]:
    """The page, with the test key as Bearer."""
    page = browser.new_page()
    page.set_default_timeout(SHOWN_MS)
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/docs")
    page.locator(".auth-wrapper .authorize").first.click()
    bearer = page.locator(".auth-container").filter(has_text="bearer")
    bearer.locator("input").fill(installation.test_key)
    bearer.get_by_role("button", name="Apply credentials").click()
    page.locator(".btn-done").first.click()
    yield page
    page.close()


def tried_out(page: Page, operation: str) -> Locator:
    """An operation, opened, with its fields ready to be filled."""
    block = page.locator(f"[id$='-{operation}']")
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Try it out").click()
    return block


def execute(block: Locator) -> Locator:
    """Send the request; gives the table with the response, once that is a 200."""
    block.get_by_role("button", name="Execute", exact=True).click()
    response = block.locator(".live-responses-table")
    expect(response.locator("tbody .response-col_status").first).to_contain_text("200", timeout=SHOWN_MS)
    return response


def json_of(block: Locator) -> Any:
    """Send the request; gives the body of the response."""
    return json.loads(execute(block).locator(".highlight-code code").first.inner_text())


def test_a_report_is_created_listed_retrieved_and_downloaded(
    docs: Page, address: str, installation: SampleInstallation, complaints: list[str]
) -> None:
    made = json_of(tried_out(docs, "create_report_run"))
    listed = json_of(tried_out(docs, "list_report_runs"))
    retrieving = tried_out(docs, "get_report_run")
    retrieving.get_by_placeholder("id").fill(made["id"])
    assert json_of(retrieving)["id"] == made["id"]
    finished(stripe_client(installation.test_key, address), made["id"])
    run = json_of(retrieving)
    downloading = tried_out(docs, "get_file_contents")
    downloading.get_by_placeholder("id", exact=True).fill(run["result"]["id"])
    with docs.expect_download() as download:
        execute(downloading).get_by_role("link", name="Download file").click()
    contents = Path(download.value.path()).read_text(encoding="utf-8")

    assert made["parameters"] == {"interval_end": 1738368000, "interval_start": 1735689600}
    assert listed["data"][0]["id"] == made["id"]
    assert contents.splitlines()[0].startswith('"category"')
    assert complaints == []


def test_a_list_of_columns_is_sent_as_a_list(docs: Page, complaints: list[str]) -> None:
    creating = tried_out(docs, "create_report_run")
    columns = creating.locator("tr").filter(has_text="parameters[columns][]")
    for number, column in enumerate(("net", "currency")):
        columns.get_by_role("button", name="Add").first.click()
        columns.locator("input[type=text]").nth(number).fill(column)
    creating.locator("tr").filter(has_text="report_type").locator("input").first.fill("payouts.itemized.3")

    made = json_of(creating)

    assert made["parameters"]["columns"] == ["net", "currency"]
    assert complaints == []
