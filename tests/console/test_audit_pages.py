"""The pages of the audit: a run held against what was sealed, and what a key did."""

from __future__ import annotations

import re

import pytest

from domain.access.api_key import KeyKind
from domain.access.caller import Scope
from interfaces.composition.audit.sealing import sealed_now
from interfaces.composition.commands import administration
from interfaces.composition.installation import Installation
from tests.console.conftest import NewVisitor, Visitor
from tests.support.damage import change_event
from tests.support.server import SampleInstallation

RUN, ACTOR = "/console/audit/run", "/console/audit/actor"


@pytest.fixture(scope="module")
def store(store: Installation) -> Installation:
    """With its log sealed."""
    sealed_now(store)
    return store


@pytest.fixture
def auditor(new_user: NewVisitor, store: Installation, place: SampleInstallation) -> Visitor:
    """With `audit_read` alone, of the account that has runs."""
    scope = Scope(place.stranger, livemode=False)
    _, secret = administration(store).create_key(scope, KeyKind.RESTRICTED, ("audit_read",), None)
    visitor = new_user()
    visitor.sign_in(secret)
    return visitor


def test_a_run_is_verified_event_by_event_and_leads_to_its_proof(auditor: Visitor, place: SampleInstallation) -> None:
    run = place.past_runs[0]
    page = auditor.get(f"{RUN}?id=+{run}").text

    topics = re.findall(r"<td>(\d)</td><td>(report_run\.\w+)</td>", page)
    assert "As it was sealed" in page and "ab" * 32 in page
    assert topics == [("1", "report_run.created"), ("2", "report_run.attempt_started"), ("3", "report_run.succeeded")]
    assert auditor.get(re.findall(r'href="([^"]+/proof.zip)"', page)[0]).status_code == 200
    assert f'href="/console/runs/{run}"' not in page


def test_a_run_that_was_changed_is_not_said_to_be_as_it_was_sealed(auditor: Visitor, place: SampleInstallation) -> None:
    run = place.past_runs[1]
    change_event(place.data, run, 1, state=b"{}")
    page = auditor.get(f"{RUN}?id={run}").text

    assert "As it was sealed" not in page
    assert "Not as it was sealed" in page
    assert f"{run} cannot be proved." in page


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        (f"{RUN}?id=frr_1", 404, "No such report run"),
        (RUN, 400, "Name a run"),
        (ACTOR, 400, "Name a key"),
        (f"{ACTOR}?actor=key_1&before=x", 400, "before must be a whole number"),
        (f"{ACTOR}?actor=%3Cb%3E", 200, "The log has nothing that &lt;b&gt; did."),
    ],
)
def test_what_the_log_does_not_have_is_said_in_words(auditor: Visitor, path: str, status: int, sentence: str) -> None:
    answer = auditor.get(path)

    assert (answer.status_code, sentence in answer.text) == (status, True), answer.text


def test_what_a_key_did_is_listed_newest_first(new_user: NewVisitor, place: SampleInstallation) -> None:
    operator = new_user()
    operator.sign_in(place.test_key)
    keys = operator.get("/console/access").text
    (own,) = re.findall(r'href="/console/audit/actor\?actor=(key_\w+)"[^>]*>\w+</a> \(this one\)', keys)
    operator.post("/console/access/accounts", {"name": "Another"})

    page = operator.get(f"{ACTOR}?actor={own}").text
    audit = operator.get("/console/audit").text

    assert re.findall(r"<td>(account\.\w+|console_session\.\w+)</td>", page)[:2] == [
        "account.registered",
        "console_session.signed_in",
    ]
    assert f'<option value="{own}">' in audit


def test_a_secret_key_is_not_told_what_keys_of_others_did(
    new_user: NewVisitor, auditor: Visitor, store: Installation, place: SampleInstallation
) -> None:
    scope = Scope(place.platform, livemode=False)
    theirs, _ = administration(store).create_key(scope, KeyKind.SECRET, (), None)
    stranger = new_user()
    stranger.sign_in(place.stranger_key)

    assert stranger.get(f"{ACTOR}?actor={theirs}").status_code == 404
    assert auditor.get(f"{ACTOR}?actor={theirs}").status_code == 200


def test_keys_without_the_permission_see_neither(new_user: NewVisitor, place: SampleInstallation) -> None:
    reader = new_user()
    reader.sign_in(place.reports_read_key)

    refused = [reader.get(path).status_code for path in (f"{RUN}?id={place.past_runs[0]}", f"{ACTOR}?actor=key_1")]

    assert refused == [403, 403]
