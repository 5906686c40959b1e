"""Webhooks, keys and accounts, and the transparency log."""

from __future__ import annotations

import io
import re
import zipfile

from application.ports.outbox import Attempt
from domain.access.api_key import KeyKind
from domain.access.caller import Scope
from interfaces.composition.audit.sealing import sealed_now
from interfaces.composition.commands import administration
from interfaces.composition.installation import Installation
from tests.console.conftest import NewVisitor, Visitor
from tests.support.server import SampleInstallation
from tests.support.small_ledger import JANUARY_START


def test_endpoints_events_and_attempts_are_shown(
    opened: Installation, visitor: Visitor, installation: SampleInstallation
) -> None:
    visitor.sign_in(installation.stranger_key)  # other tests make endpoints of the platform
    empty = visitor.get("/console/webhooks").text
    sent = {"url": "https://hooks.example/in", "enabled_events[]": "*"}
    made = visitor.post("/v1/webhook_endpoints", sent, {"Authorization": f"Bearer {installation.stranger_key}"}).json()

    page = visitor.get("/console/webhooks").text
    event = re.findall(r'href="/console/webhooks/events/(evt_\w+)"', page)[0]
    before = visitor.get(f"/console/webhooks/events/{event}").text
    failure = Attempt(event, made["id"], 1, JANUARY_START, 0.25, 500, "Not a success.", "", is_delivered=False)
    opened.stores.outbox.record("worker:test", [failure])
    after = visitor.get(f"/console/webhooks/events/{event}").text

    assert "There are no endpoints." in empty
    assert made["id"] in page and "https://hooks.example/in" in page
    assert made["secret"] not in page
    assert "No attempt at a delivery was made." in before
    assert "1 January 2025, 00:00:00 UTC</td><td>250 ms</td><td>Not a success. (HTTP 500)" in after


def test_the_proof_of_a_run_is_the_folder_that_auditors_get(
    opened: Installation, visitor: Visitor, installation: SampleInstallation
) -> None:
    visitor.sign_in(installation.stranger_key)
    run = installation.past_runs[0]
    before = visitor.get(f"/console/runs/{run}/proof.zip")
    sealed_now(opened)

    page = visitor.get("/console/audit").text
    proof = visitor.get(f"/console/runs/{run}/proof.zip")

    names = zipfile.ZipFile(io.BytesIO(proof.content)).namelist()
    assert before.status_code == 409
    assert {f"{run}/{name}" for name in ("vkey", "checkpoint", "README.md", "events/1.json")} <= set(names)
    assert "Nothing of the log is sealed" not in page
    assert f'href="/console/runs/{run}/proof.zip"' in visitor.get(f"/console/runs/{run}").text


def test_the_keys_of_the_account_and_mode_are_shown_without_their_secrets(
    admin: Visitor, installation: SampleInstallation
) -> None:
    page = admin.get("/console/access").text

    assert installation.test_key not in page
    assert page.count("(this one)") == 1
    assert "Revoked" in page and "Expired" in page
    assert "file_read" in page
    assert "sk_live_" not in page
    assert installation.connected in page
    assert installation.stranger not in page


def test_a_restricted_key_is_not_shown_keys(visitor: Visitor, installation: SampleInstallation) -> None:
    visitor.sign_in(installation.reports_read_key)

    refused = visitor.get("/console/access")

    assert refused.status_code == 403
    assert "Only a secret key" in refused.text
    assert [path for path in ("access", "webhooks", "audit") if f'href="/console/{path}"' in refused.text] == []
    assert visitor.get("/console/webhooks").status_code == visitor.get("/console/audit").status_code == 403


def test_auditors_and_the_founding_platform_see_the_whole_ledger(
    opened: Installation, admin: Visitor, new_visitor: NewVisitor, installation: SampleInstallation
) -> None:
    scope = Scope(installation.stranger, livemode=False)
    _, secret = administration(opened).create_key(scope, KeyKind.RESTRICTED, ("audit_read",), None)
    auditor = new_visitor()
    auditor.sign_in(secret)

    for page in (auditor.get("/console/ledger").text, admin.get("/console/ledger").text):
        assert "<td>Loaded</td>" in page
        assert f"<td>{installation.platform}</td><td>balance_transactions</td><td>1 January 2025, 00:00:00 UTC" in page
        assert "cli:" in page
        assert 'href="/console/ledger" aria-current="page"' in page


def test_other_keys_see_what_the_ledger_has_of_their_account_alone(
    new_visitor: NewVisitor, installation: SampleInstallation
) -> None:
    pages = {}
    for key in (installation.stranger_key, installation.connected_key, installation.files_read_key):
        visitor = new_visitor()
        visitor.sign_in(key)
        pages[key] = visitor.get("/console/ledger")

    assert [page.status_code for page in pages.values()] == [200, 200, 403]
    for page in (pages[installation.stranger_key].text, pages[installation.connected_key].text):
        assert installation.platform not in page
        assert "cli:" not in page
