"""The console in a real browser: its policy, its accessibility, and a report from request to download by keyboard."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from domain.access.api_key import KeyKind
from domain.access.caller import Scope
from interfaces.composition.commands import administration
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.support.markdown import ROOT
from tests.support.official import create, finished, stripe_client
from tests.support.processes import until
from tests.support.server import WITHOUT_WORKER, SampleInstallation, install, serving

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

AXE = ROOT / ".venv" / "node_client" / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

needs_axe = pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed, as npm is not")

AXE_VIOLATIONS = """() => axe.run({ resultTypes: ["violations"] }).then((found) => found.violations)"""

SHOWN_MS = 15_000

REPORT = "payouts.itemized.3"

PAINTED = """() => [...document.querySelectorAll("canvas[data-chart]")].filter((canvas) => {
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return pixels.some((value) => value !== 0);
}).length"""
"""How many charts have something drawn."""

BAR_COLOUR = """() => {
  const chart = Chart.getChart(document.querySelector("canvas[data-chart]"));
  return chart ? chart.data.datasets[0].backgroundColor : null;
}"""

SETTLED = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))).then(
  () => !document.querySelector("[hx-trigger=load], .htmx-request, .htmx-swapping, .htmx-settling")
)"""
"""Whether a page that was loaded has in it what it loads by itself."""

KEYS = ("test_key", "reports_only_read_key")
"""An admin, and one that may look at runs only."""


class Visit(NamedTuple):
    """A signed-in browser. complaints: what it logged as an error, and requests that left the host"""

    page: Page
    complaints: list[str]

    def open(self, path: str) -> None:
        self.page.goto(path)
        self.page.wait_for_function(SETTLED)


@pytest.fixture(scope="module")
def address(place: SampleInstallation) -> Iterator[str]:
    """A live server, with a run that has succeeded."""
    with serving(place.data) as address:
        client = stripe_client(place.test_key, address)
        finished(client, create(client).id)
        yield address


@pytest.fixture(scope="module")
def payouts_run(place: SampleInstallation, address: str) -> str:
    """The id of a run of `REPORT` that has succeeded."""
    client = stripe_client(place.test_key, address)
    return str(finished(client, create(client, REPORT).id).id)


@pytest.fixture(scope="module")
def auditor_key(place: SampleInstallation) -> str:
    with Installation(Settings(data=place.data)) as opened:
        scope = Scope(place.platform, livemode=False)
        return administration(opened).create_key(scope, KeyKind.RESTRICTED, ("audit_read",), None)[1]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=address, color_scheme="light")
    context.set_default_timeout(SHOWN_MS)
    yield context
    context.close()


CookiesOf = Callable[[str, str], list[Any]]
"""Gives the cookies of a browser that has signed in with a key, and was led to the page with a heading."""


@pytest.fixture(scope="module")
def cookies_of(browser: Browser, address: str) -> CookiesOf:
    @cache
    def cookies_of(key: str, leads_to: str) -> list[Any]:
        with browser.new_context(base_url=address) as context:
            visit = new_visit(context, address)
            sign_in(visit, key, leads_to)
            assert visit.complaints == []
            return context.cookies()

    return cookies_of


def sign_in(visit: Visit, key: str, leads_to: str) -> None:
    """By keyboard, by way of the server's first address. leads_to: the heading of the page that comes then"""
    visit.page.goto("/")
    expect(visit.page.get_by_label("API key")).to_be_focused()  # a page is loaded before its field has the focus
    visit.page.keyboard.type(key)
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text(leads_to)


def new_visit(context: BrowserContext, address: str) -> Visit:
    complaints: list[str] = []

    def check_host(request: Request) -> None:
        if not request.url.startswith((address, "data:")):
            complaints.append(f"a request left the host: {request.url}")

    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", check_host)
    return Visit(page, complaints)


def visit_of(context: BrowserContext, address: str, cookies: list[Any], leads_to: str = "Runs") -> Visit:
    """Come back to the server's first address as one that has signed in."""
    context.add_cookies(cookies)
    visit = new_visit(context, address)
    visit.page.goto("/")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text(leads_to)
    return visit


@pytest.fixture
def admin(context: BrowserContext, address: str, place: SampleInstallation, cookies_of: CookiesOf) -> Visit:
    return visit_of(context, address, cookies_of(place.test_key, "Runs"))


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_auditor_sees_the_ledger_without_faults(
    context: BrowserContext, address: str, auditor_key: str, cookies_of: CookiesOf, scheme: Any
) -> None:
    visit = visit_of(context, address, cookies_of(auditor_key, "Audit"), "Audit")
    visit.page.emulate_media(color_scheme=scheme)
    visit.open("/console/ledger")

    assert visit.page.get_by_role("heading", level=1).inner_text() == "Ledger"
    assert (serious_faults(visit.page), visit.complaints) == ([], [])


def tab_to(page: Page, name: str, most: int = 300) -> None:
    """Press Tab until an element with this text, label or id has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate("() => { const e = document.activeElement; return [e.innerText, e.ariaLabel, e.id]; }")
        if name in focused:
            return
    raise AssertionError(f"{name} was not reached in {most} steps")


def ask_by_keyboard(page: Page) -> None:
    """From the list of runs to the page of a new run that has succeeded."""
    tab_to(page, "Reports")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Reports")
    tab_to(page, REPORT)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(REPORT)
    tab_to(page, "Ask for the report")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status] .status")).to_have_text("Succeeded", timeout=SHOWN_MS)


def test_a_report_is_asked_for_watched_drawn_read_and_downloaded_by_keyboard(admin: Visit) -> None:
    page = admin.page
    ask_by_keyboard(page)
    expect(page.locator("canvas[data-chart]").first).to_be_visible()
    assert page.evaluate(PAINTED) == page.locator("canvas[data-chart]").count() > 1
    tab_to(page, "Numbers of Payouts by day, USD")
    page.keyboard.press("Enter")
    expect(page.get_by_role("cell", name="50.00", exact=True).first).to_be_visible()
    shown = page.get_by_role("region", name="File").get_by_role("row").all_inner_texts()
    tab_to(page, "Download as CSV")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    contents = Path(download.value.path()).read_text(encoding="utf-8")

    assert len(shown) == len(contents.splitlines()) > 1
    assert shown[0].split("\t")[0] == contents.partition(",")[0].strip('"')
    assert admin.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_are_drawn_and_their_numbers_read_by_keyboard(admin: Visit, payouts_run: str, scheme: Any) -> None:
    page = admin.page
    page.emulate_media(color_scheme=scheme)
    admin.open(f"/console/runs/{payouts_run}")
    charts = page.locator("canvas[data-chart]")
    expect(charts.first).to_be_visible()
    numbers = f"Numbers of {json.loads(str(charts.first.get_attribute('data-chart')))['name']}"
    tab_to(page, numbers)
    page.keyboard.press("Enter")

    expect(page.get_by_role("region", name=numbers).get_by_role("row").first).to_be_visible()
    assert page.evaluate(PAINTED) == charts.count() > 1
    assert admin.complaints == []


def test_the_scheme_of_charts_changes_with_that_of_the_page(admin: Visit, payouts_run: str) -> None:
    page = admin.page
    admin.open(f"/console/runs/{payouts_run}")
    expect(page.locator("canvas[data-chart]").first).to_be_visible()
    light = page.evaluate(BAR_COLOUR)
    page.get_by_role("button", name="Dark or light").press("Enter")

    page.wait_for_function(f"light => ({BAR_COLOUR})() !== light", arg=light)
    assert page.evaluate(PAINTED) == page.locator("canvas[data-chart]").count()
    assert admin.complaints == []


def test_a_workbook_is_downloaded_by_keyboard(admin: Visit, payouts_run: str) -> None:
    admin.open(f"/console/runs/{payouts_run}")
    tab_to(admin.page, "Download as Excel")
    with admin.page.expect_download() as download:
        admin.page.keyboard.press("Enter")

    (sheet,) = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).worksheets
    shown = admin.page.get_by_role("region", name="File", exact=True).get_by_role("row")
    assert download.value.suggested_filename.endswith(".xlsx")
    assert sheet.max_row == shown.count() > 1
    assert admin.complaints == []


def test_a_run_is_made_again_and_compared_by_keyboard(admin: Visit, payouts_run: str) -> None:
    admin.open(f"/console/runs/{payouts_run}")
    tab_to(admin.page, "Make it again and compare")
    admin.page.keyboard.press("Enter")

    expect(admin.page.locator("#comparison")).to_contain_text("Equal.", timeout=2 * SHOWN_MS)
    assert admin.page.locator("#comparison [hx-trigger]").count() == 0
    assert "/comparison" not in admin.page.url
    assert admin.complaints == []


def test_a_file_is_uploaded_and_its_load_is_watched(admin: Visit, tmp_path: Path) -> None:
    page, file = admin.page, tmp_path / "january.csv"
    columns = "id,amount,fee,net,currency,created,available_on,type,reporting_category,shoe_size"
    file.write_text(f"{columns}\ntxn_up,100,3,97,usd,1736000000,1736000000,charge,charge,42\n", encoding="utf-8")
    admin.open("/console/ledger")
    page.get_by_role("link", name="Load files").press("Enter")
    page.get_by_label("Files", exact=True).set_input_files(file)
    page.get_by_label("Table").select_option("balance_transactions")
    page.get_by_role("button", name="Load", exact=True).press("Enter")
    expect(page.locator("[role=status] .status")).to_have_text("Loaded", timeout=4 * SHOWN_MS)

    row = page.get_by_role("region", name="Rows").get_by_role("row").nth(1).get_by_role("cell").all_inner_texts()

    assert row == ["balance_transactions", "january.csv", "1", "1", "0", "0", "0", "0", "shoe_size"]
    assert admin.complaints == []


def test_files_that_are_too_large_are_refused_before_they_are_sent(admin: Visit, tmp_path: Path) -> None:
    page, file = admin.page, tmp_path / "charges.csv"
    with file.open("wb") as sparse:
        sparse.truncate(1025 * 1024 * 1024)
    admin.open("/console/ledger/load")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_label("Files", exact=True).set_input_files(file)
    page.get_by_role("button", name="Load", exact=True).press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("more than 1024 MiB, the most that is taken at once")
    assert (sent, admin.complaints) == ([], [])


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_secret_is_shown_and_a_load_is_refused_without_faults(admin: Visit, tmp_path: Path, scheme: Any) -> None:
    page, file = admin.page, tmp_path / "notes.csv"
    file.write_text("a\n1\n", encoding="utf-8")
    page.emulate_media(color_scheme=scheme)
    found = []
    admin.open("/console/access")
    page.get_by_label("report_runs_read_only").check()
    page.get_by_role("button", name="Make the key").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("New secret")
    found += serious_faults(page)
    admin.open("/console/ledger/load")
    page.get_by_label("Files", exact=True).set_input_files(file)
    page.get_by_role("button", name="Load", exact=True).press("Enter")
    expect(page.locator("[role=status] .status")).to_have_text("Refused", timeout=4 * SHOWN_MS)
    found += serious_faults(page)

    assert (found, admin.complaints) == ([], [])


def test_polling_ends_with_the_run(admin: Visit) -> None:
    ask_by_keyboard(admin.page)
    expect(admin.page.locator("canvas[data-chart]").first).to_be_visible()
    asked: list[str] = []
    admin.page.on("request", lambda request: asked.append(request.url))

    admin.page.evaluate("() => new Promise((done) => setTimeout(done, 2500))")  # two polls would be here

    assert asked == []
    assert admin.page.locator("[hx-trigger]").count() == 0


@pytest.fixture
def waiting(browser: Browser, tmp_path: Path) -> Iterator[Visit]:
    """The page of a run that waits for a worker, which there is not."""
    place = install(tmp_path)
    with serving(place.data, *WITHOUT_WORKER) as address, browser.new_context(base_url=address) as context:
        visit = new_visit(context, address)
        sign_in(visit, place.test_key, "Runs")
        run = create(stripe_client(place.test_key, address), REPORT).id
        visit.open(f"/console/runs/{run}")
        yield visit


@pytest.mark.parametrize("status", [429, 502, 503])
def test_a_page_stays_while_the_server_cannot_answer_and_goes_on_afterwards(waiting: Visit, status: int) -> None:
    page, polls = waiting.page, re.compile("/console/runs/frr_")
    page.route(polls, lambda route: route.fulfill(status=status, body="<html><body>Not now</body></html>"))
    for _ in range(2):
        with page.expect_response(lambda answer: answer.status == status):
            pass

    assert page.get_by_role("status").first.inner_text() == "Pending It waits for a worker."
    page.unroute(polls)
    with page.expect_response(lambda answer: answer.status == 200):
        pass


def test_a_page_says_why_it_is_not_followed_any_more(waiting: Visit) -> None:
    page = waiting.page
    page.route(re.compile("/console/runs/frr_"), lambda route: route.continue_(url=f"{page.url[:-1]}_"))

    expect(page.get_by_role("alert")).to_contain_text("No such report run")
    assert page.locator("[hx-trigger]").count() == 0


def test_a_column_is_moved_by_keyboard_and_the_file_has_the_new_order(admin: Visit) -> None:
    page = admin.page
    admin.open(f"/console/reports/{REPORT}")
    first, second = page.locator("[name=columns]").nth(0).input_value(), page.locator("[name=columns]").nth(1)
    moved = second.input_value()
    page.get_by_role("button", name=f"Move {moved} up", exact=True).press("Enter")
    page.get_by_role("button", name="Ask for the report").press("Enter")
    expect(page.locator("[role=status] .status")).to_have_text("Succeeded", timeout=SHOWN_MS)

    headings = page.get_by_role("region", name="File").get_by_role("columnheader").all_inner_texts()

    assert headings[:2] == [moved, first]
    assert admin.complaints == []


def test_a_column_is_dragged_and_its_place_is_told(admin: Visit) -> None:
    page = admin.page
    admin.open(f"/console/reports/{REPORT}")
    rows = page.locator(".columns-list li")
    first = page.locator("[name=columns]").nth(0).input_value()
    rows.nth(0).locator("label").drag_to(rows.nth(3).locator("label"), target_position={"x": 5, "y": 15})

    names = page.locator("[name=columns]").evaluate_all("boxes => boxes.map((box) => box.value)")
    place = names.index(first)
    assert place in (2, 3)
    expect(page.locator("[data-moves]")).to_have_text(f"{first} is column {place + 1} of {len(names)}.")
    assert admin.complaints == []


def test_a_payout_is_found_and_chosen_by_keyboard(admin: Visit) -> None:
    page = admin.page
    admin.open("/console/reports/payout_reconciliation.by_id.summary.1")
    tab_to(page, "q")
    page.keyboard.type("50.00")
    expect(page.locator("#payouts [role=status]")).to_have_text("1 payout, newest first.")
    tab_to(page, "po_1")
    page.keyboard.press("Enter")
    expect(page.locator("#payout")).to_have_value("po_1")
    expect(page.locator("#payout")).to_be_focused()
    tab_to(page, "Ask for the report")
    page.keyboard.press("Enter")

    expect(page.locator("[role=status] .status")).to_have_text("Succeeded", timeout=SHOWN_MS)
    assert admin.complaints == []


@pytest.mark.parametrize("key", KEYS)
def test_no_page_breaks_the_policy_leaves_the_host_or_logs_an_error(
    context: BrowserContext, address: str, place: SampleInstallation, cookies_of: CookiesOf, key: str
) -> None:
    visit = visit_of(context, address, cookies_of(getattr(place, key), "Runs"))
    for path in paths_of(visit.page, place, key):
        visit.open(path)

    assert visit.complaints == []


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("key", KEYS)
def test_axe_finds_nothing_serious(
    context: BrowserContext, address: str, place: SampleInstallation, cookies_of: CookiesOf, key: str, scheme: Any
) -> None:
    visit = visit_of(context, address, cookies_of(getattr(place, key), "Runs"))
    visit.page.emulate_media(color_scheme=scheme)
    found = {}
    for path in [*paths_of(visit.page, place, key), "/console/sign-in"]:
        visit.open(path)
        assert visit.page.locator("html").get_attribute("data-bs-theme") == scheme
        found[path] = serious_faults(visit.page)

    assert {path: faults for path, faults in found.items() if faults} == {}


def test_a_narrow_screen_does_not_scroll_sideways(admin: Visit, place: SampleInstallation) -> None:
    admin.page.set_viewport_size({"width": 360, "height": 640})
    wide = {}
    for path in paths_of(admin.page, place, "test_key"):
        admin.open(path)
        wide[path] = admin.page.evaluate("() => document.documentElement.scrollWidth")

    assert {path: width for path, width in wide.items() if width > 360} == {}


def test_the_chosen_scheme_stays_from_page_to_page(admin: Visit) -> None:
    admin.page.get_by_role("button", name="Dark or light").press("Enter")
    admin.open("/console/reports")

    assert admin.page.locator("html").get_attribute("data-bs-theme") == "dark"


def paths_of(page: Page, place: SampleInstallation, key: str) -> list[str]:
    """Every page that the key may see, and one that it may not or that is not there."""
    run = f"/console/runs/{a_run(page)}"
    filtered = "/console/runs?status=succeeded&since=2025-01-01&asked_by=key_1"
    paths = ["/console/runs", "/console/runs?after=", filtered, run, "/console/ledger"]
    if key == "test_key":
        paths += [f"{run}/charts", f"{run}/comparison"]
        paths += ["/console/reports", f"/console/reports/{REPORT}", "/console/reports/balance.summary.1"]
        paths += [
            "/console/reports/payout_reconciliation.by_id.summary.1",
            "/console/reports/payout_reconciliation.by_id.summary.1/payouts",
            "/console/webhooks",
            f"/console/webhooks/events/{an_event(page)}",
            "/console/webhooks/endpoints/new",
            f"/console/webhooks/endpoints/{an_endpoint(page)}",
            "/console/access",
            "/console/ledger/load",
            "/console/audit",
            f"/console/audit/actor?actor={an_actor(page)}",
            f"/console/audit/run?id={a_sealed_run(page)}",
        ]
    return paths


def an_event(page: Page) -> str:
    """That of the newest run."""
    return a_run(page).replace("frr_", "evt_")


def an_actor(page: Page) -> str:
    """The key of the visitor."""
    page.goto("/console/access")
    return str(page.get_by_role("row", name="this one").get_by_role("link").inner_text())


def a_sealed_run(page: Page) -> str:
    """The newest run, once its events are sealed."""
    page.goto("/console/runs")
    run = a_run(page)
    until(lambda: page.request.get(f"/console/audit/run?id={run}").ok, f"{run} is not sealed")
    return run


def an_endpoint(page: Page) -> str:
    """The newest endpoint, made where there is none."""
    page.goto("/console/webhooks")
    links = page.locator("a[href*='/webhooks/endpoints/we_']")
    if not links.count():
        page.goto("/console/webhooks/endpoints/new")
        page.get_by_label("URL (required)").fill("https://hooks.example/in")
        page.get_by_role("button", name="Make the endpoint").click()
        page.goto("/console/webhooks")
    id = links.first.inner_text()
    page.goto("/console/runs")
    return id


def a_run(page: Page) -> str:
    """The newest run; the fixture of the server has made one that has succeeded."""
    return str(page.locator("tr[id^=frr_]").first.get_attribute("id"))


def serious_faults(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    violations = page.evaluate(AXE_VIOLATIONS)
    return [
        f"{one['id']}: {json.dumps(one['nodes'][0]['html'])} {one['nodes'][0].get('failureSummary')}"
        for one in violations
        if one["impact"] in ("serious", "critical")
    ]
