"""What every page has in common, and the pages of runs."""

from __future__ import annotations

import re

import pytest

from domain.access.api_key import KeyKind
from domain.access.caller import Scope
from domain.files.read_log import ReadLog
from interfaces.composition.commands import administration
from interfaces.composition.installation import Installation
from interfaces.console.pages.one_run.file_pages import Preview
from interfaces.console.record_pages import ROWS, RecordPage
from interfaces.http.server.proxies import behind_proxies
from interfaces.settings import Settings
from tests.console.conftest import NewVisitor, Visitor
from tests.support.in_process import in_process
from tests.support.server import SampleInstallation
from tests.support.small_ledger import JANUARY_END, JANUARY_START

BROWSER = {"Accept": "text/html"}

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

PAGES = ["/sign-in", "/runs", "/nothing"]


@pytest.mark.parametrize("path", [*PAGES, "/assets/console.css"])
def test_every_response_has_the_policy(admin: Visitor, path: str) -> None:
    headers = admin.get(f"/console{path}").headers

    assert headers["content-security-policy"] == POLICY
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
    assert headers["cache-control"] == ("no-cache" if "assets" in path else "no-store")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_inline_scripts_or_styles(admin: Visitor, path: str) -> None:
    page = admin.get(f"/console{path}").text

    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|hx-on|javascript:", page) == []


def test_a_browser_is_led_from_the_first_address_to_the_console(visitor: Visitor) -> None:
    led = visitor.get("/", headers=BROWSER)
    from_console = visitor.get("/console")

    assert (led.status_code, led.headers["location"], led.headers["vary"]) == (307, "console/", "Accept")
    assert from_console.headers["location"] == "console/"
    assert visitor.get("/console/").headers["location"] == "/console/sign-in?next=/"


def test_a_page_that_is_not_there_is_a_404_in_words(admin: Visitor) -> None:
    missing = admin.get("/console/nothing")

    assert (missing.status_code, "There is no such page" in missing.text) == (404, True)


def test_a_setting_turns_the_console_off(installation: SampleInstallation) -> None:
    with Installation(Settings(data=installation.data, console=False)) as without, in_process(without) as ask:
        led = ask("GET", "/", headers=BROWSER)
        missing = [ask("GET", path).status_code for path in ("/console", "/console/", "/console/assets/theme.js")]

    assert (led.headers["location"], missing) == ("docs", [404, 404, 404])


def test_pages_count_among_the_requests_of_an_account(installation: SampleInstallation) -> None:
    with Installation(Settings(data=installation.data, rate_limit_test=1)) as limited, in_process(limited) as asked:
        visitor = Visitor(asked.edge, asked.loop)
        visitor.sign_in(installation.test_key)
        answers = [visitor.get("/console/runs") for _ in range(30)]

    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused != []
    assert 'role="alert"' in refused[0].text
    assert "hx-reselect" not in refused[0].headers


def test_a_part_of_a_page_that_is_refused_is_the_sentence_alone(admin: Visitor) -> None:
    missing = admin.get("/console/ledger/loads/load_1", headers={"HX-Request": "true"})

    assert (missing.status_code, missing.headers["hx-reselect"]) == (404, "[role=alert]")
    assert missing.text.count('role="alert"') == 1


def test_no_link_leaves_the_prefix_of_a_proxy(new_visitor: NewVisitor, installation: SampleInstallation) -> None:
    visitor = new_visitor()
    edge = behind_proxies(visitor.edge, "127.0.0.1")
    behind = Visitor(edge, visitor.loop, "/x")
    signed_in = behind.post("/console/sign-in", {"key": installation.test_key})
    page = behind.get("/x/console/runs").text

    links = re.findall(r'(?:href|src|action|hx-get)="([^"#][^"]*)"', page)
    assert signed_in.headers["location"] == "/x/console/"
    assert "Path=/x/console" in signed_in.headers["set-cookie"]
    assert [link for link in links if not link.startswith(("/x/console/", "data:"))] == []
    dead = {link: behind.get(link).status_code for link in links if not link.startswith("data:")}
    assert {link: status for link, status in dead.items() if status not in (200, 405)} == {}


def test_live_mode_is_said_in_a_word_and_a_colour(visitor: Visitor, installation: SampleInstallation) -> None:
    visitor.sign_in(installation.live_key)

    assert 'class="mode-band mode-live" role="note">Live mode' in visitor.get("/console/runs").text


def test_a_key_without_the_permission_is_refused_and_is_not_shown_the_page(
    visitor: Visitor, installation: SampleInstallation
) -> None:
    visitor.sign_in(installation.files_read_key)

    refused = visitor.get("/console/runs")

    assert refused.status_code == 403
    assert "report_runs_and_report_types_read" in refused.text
    assert '<a href="/console/runs"' not in refused.text


def test_runs_are_paged_newest_first(visitor: Visitor, installation: SampleInstallation) -> None:
    visitor.sign_in(installation.stranger_key)
    first, third = installation.past_runs[0], installation.past_runs[2]

    listed = shown_runs(visitor.get("/console/runs").text)
    older = shown_runs(visitor.get(f"/console/runs?after={first}").text)
    newer = shown_runs(visitor.get(f"/console/runs?before={third}").text)

    assert listed == list(installation.past_runs)
    assert older == list(installation.past_runs[1:])
    assert newer == list(installation.past_runs[:2])


def test_runs_of_a_status_and_a_type_are_shown_alone_and_pages_keep_that(
    visitor: Visitor, installation: SampleInstallation
) -> None:
    visitor.sign_in(installation.stranger_key)
    chosen = "status=succeeded&report_type=balance.summary.1"

    def shown(query: str) -> list[str]:
        return shown_runs(visitor.get(f"/console/runs?{query}").text)

    later = visitor.get(f"/console/runs?{chosen}&after={installation.past_runs[0]}").text
    assert shown(chosen) == list(installation.past_runs)
    assert shown("status=failed") == shown("report_type=payouts.itemized.3") == []
    assert f"before={installation.past_runs[1]}&amp;{chosen.replace('&', '&amp;')}" in later
    assert '<option value="succeeded" selected>' in later


def test_runs_of_some_days_are_shown_alone_and_pages_keep_that(
    visitor: Visitor, installation: SampleInstallation
) -> None:
    visitor.sign_in(installation.stranger_key)
    day = "since=2023-11-14&until=2023-11-14"

    def shown(query: str) -> list[str]:
        return shown_runs(visitor.get(f"/console/runs?{query}").text)

    page = visitor.get(f"/console/runs?{day}&after={installation.past_runs[0]}").text
    assert shown(day) == list(installation.past_runs)
    assert shown("until=2023-11-13") == shown("since=2023-11-15") == []
    assert f"before={installation.past_runs[1]}&amp;{day.replace('&', '&amp;')}" in page
    assert 'id="since" name="since" value="2023-11-14"' in page


def test_runs_that_a_key_asked_for_are_shown_alone(
    opened: Installation, new_visitor: NewVisitor, installation: SampleInstallation
) -> None:
    scope = Scope(installation.platform, livemode=False)
    visitors, keys, runs = [], [], []
    for name in ("Nightly export", ""):
        id, secret = administration(opened).create_key(scope, KeyKind.SECRET, (), None, name)
        visitor = new_visitor()
        visitor.sign_in(secret)
        form = {"period": f"{JANUARY_START}:{JANUARY_END}", "columns": "net"}
        asked = visitor.post("/console/reports/payouts.itemized.3", form)
        runs.append(asked.headers["location"].rpartition("/")[2])
        visitors.append(visitor)
        keys.append(id)

    def shown(asked_by: str) -> list[str]:
        return shown_runs(visitors[0].get(f"/console/runs?asked_by={asked_by}").text)

    page = visitors[0].get("/console/runs").text
    assert [shown(key) for key in keys] == [[run] for run in runs]
    assert re.search(r"Pending</span> for (\d+ ms|\d+\.\d s)<", page)
    assert shown("key_nothing") == []
    assert f'<option value="{keys[0]}">Nightly export ' in page
    assert f'<option value="{keys[1]}">' in page


def test_a_restricted_key_is_offered_itself_alone_to_choose_runs_by(
    visitor: Visitor, installation: SampleInstallation
) -> None:
    visitor.sign_in(installation.reports_only_read_key)

    assert len(re.findall(r'<option value="key_\w+">', visitor.get("/console/runs").text)) == 1


@pytest.mark.parametrize("day", ["yesterday", "2025-02-30", "99999-01-01"])
def test_what_is_no_day_is_refused_in_words(admin: Visitor, day: str) -> None:
    refused = admin.get(f"/console/runs?since={day}")

    assert (refused.status_code, "is not a day. Write one as 2025-01-31." in refused.text) == (400, True)


def test_a_status_that_there_is_not_is_refused_in_words(admin: Visitor) -> None:
    refused = admin.get("/console/runs?status=lost")

    assert refused.status_code == 400
    assert "must be one of pending, succeeded" in refused.text


def test_a_cursor_that_leads_nowhere_is_refused_in_words(admin: Visitor) -> None:
    refused = admin.get("/console/runs?after=frr_nothing")

    assert (refused.status_code, "frr_nothing" in refused.text) == (400, True)


def test_a_run_shows_what_was_asked_and_its_timeline(visitor: Visitor, installation: SampleInstallation) -> None:
    visitor.sign_in(installation.stranger_key)

    page = visitor.get(f"/console/runs/{installation.past_runs[0]}").text

    assert "Attempt 1 started, on version 1 of the ledger" in page
    assert "Succeeded: 1 row, 100 bytes" in page
    assert "hx-trigger" not in page
    assert "its contents are no longer available" in page  # of past files, only what is known of them is left


def test_a_page_of_a_large_file_says_which_rows_of_how_many() -> None:
    rows = [["a"]] * ROWS
    first = Preview(10**9, RecordPage(["text"], rows, 7, 1000, 7), 1, 1_000_000)
    last = Preview(10**9, RecordPage(["text"], rows, 10**9 - 900, 10**9, 7), 999_801, 1_000_000)

    assert (first.last, first.has_earlier, first.has_later) == (200, False, True)
    assert (last.last, last.has_earlier, last.has_later) == (1_000_000, True, False)


def test_runs_of_others_are_not_found(admin: Visitor, installation: SampleInstallation) -> None:
    refused = admin.get(f"/console/runs/{installation.past_runs[0]}")

    assert (refused.status_code, "No such report run" in refused.text) == (404, True)


def test_a_look_is_recorded_once_and_polls_are_not(
    opened: Installation, visitor: Visitor, installation: SampleInstallation
) -> None:
    visitor.sign_in(installation.stranger_key)
    run = installation.past_runs[3]

    visitor.get(f"/console/runs/{run}")
    looked = opened.stores.events.events_of(ReadLog.id_of(run))
    visitor.get(f"/console/runs/{run}", headers={"HX-Request": "true"})

    assert looked[-1].what == "report_run"  # type: ignore[attr-defined]
    assert opened.stores.events.events_of(ReadLog.id_of(run)) == looked


def shown_runs(page: str) -> list[str]:
    return re.findall(r'<tr id="(frr_\w+)"', page)
