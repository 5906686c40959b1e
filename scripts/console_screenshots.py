"""Takes the pictures of docs/console.md in Chromium, of a server with the demo ledger."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.servers import Site
from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).parents[1] / "docs" / "images"

SIZE = {"width": 1080, "height": 720}

SHOWN_MS = 60_000

REPORTS = ("balance.summary.1", "payouts.itemized.3", "balance_change_from_activity.summary.1")
"""Asked for one after the other; the last one's run is shown."""

ENDPOINT = "https://books.example/webhooks"

MOST_BYTES = 1_000_000
"""Of all pictures together."""


def main() -> int:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("The pictures need Chromium: apt-get install chromium", file=sys.stderr)
        return 2
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="reportrun-pictures-") as folder:
        site = Site(Path(folder) / "data").with_demo()
        key = site.new_key()
        with site.serving(workers=1) as server, sync_playwright() as started:
            browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(base_url=server.address, viewport=SIZE, color_scheme="light")  # type: ignore[arg-type]
            page.set_default_timeout(SHOWN_MS)
            _sign_in(page, key)
            _take_all(page)
            browser.close()
    size = sum(picture.stat().st_size for picture in PICTURES.glob("console-*.png"))
    print(f"{size:,} bytes of pictures in {PICTURES}")
    return 0 if size < MOST_BYTES else 1


def _sign_in(page: Page, key: str) -> None:
    page.goto("/console/sign-in")
    page.get_by_label("API key").fill(key)
    page.get_by_role("button", name="Sign in").click()


def _take_all(page: Page) -> None:
    _make_endpoint(page)
    for report in REPORTS:
        _ask_for(page, report)
    _take(page, "run")
    page.goto(f"/console/reports/{REPORTS[-1]}")
    _take(page, "form")
    for name in ("runs", "ledger", "webhooks"):
        page.goto(f"/console/{name}")
        _take(page, name)


def _ask_for(page: Page, report: str) -> None:
    """Until the run has succeeded."""
    page.goto(f"/console/reports/{report}")
    page.get_by_role("button", name="Ask for the report").click()
    page.locator("[role=status] .status-succeeded").wait_for()


def _make_endpoint(page: Page) -> None:
    page.goto("/console/webhooks/endpoints/new")
    page.get_by_label("URL (required)").fill(ENDPOINT)
    page.get_by_role("button", name="Make the endpoint").click()


def _take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"console-{name}.png")


if __name__ == "__main__":
    sys.exit(main())
