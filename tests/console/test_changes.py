"""What is made and changed by forms: webhook endpoints, deliveries, keys and accounts."""

from __future__ import annotations

import re

import pytest

from application.access.key_commands import KeyCommands
from domain.access.api_key import ApiKey, KeyKind
from domain.access.caller import Scope
from domain.errors import StoreUnavailable
from domain.webhooks.webhook_endpoint import WebhookEndpoint
from interfaces.composition.commands import administration
from interfaces.composition.installation import Installation
from tests.console.conftest import NewVisitor, Visitor
from tests.support.server import SampleInstallation

ENDPOINTS, KEYS, ACCOUNTS = "/console/webhooks/endpoints", "/console/access/keys", "/console/access/accounts"

CHANGING = ("new", "disable", "enable", "roll", "delete")


@pytest.fixture
def operator(new_user: NewVisitor, place: SampleInstallation) -> Visitor:
    visitor = new_user()
    visitor.sign_in(place.test_key)
    return visitor


def secret_in(page: str) -> str:
    shown = re.search(r'<pre class="call" id="secret"[^>]*>(\w+)</pre>', page)
    assert shown is not None, page
    return shown[1]


def an_endpoint(visitor: Visitor, url: str = "https://hooks.example/in") -> str:
    made = visitor.post(ENDPOINTS, {"url": url, "events": ["*"]}).text
    found = re.search(r"\bwe_\w+", made)
    assert found is not None, made
    return found[0]


def test_an_endpoint_is_made_and_its_secret_is_shown_once(operator: Visitor, store: Installation) -> None:
    made = operator.post(ENDPOINTS, {"url": "https://a.example/in", "events": ["*"], "description": "Books"})
    secret = secret_in(made.text)
    id = re.findall(r"\bwe_\w+", made.text)[0]

    page = operator.get(f"{ENDPOINTS}/{id}").text

    assert secret.startswith("whsec_")
    assert made.headers["cache-control"] == "no-store"
    assert secret not in page
    assert "https://a.example/in" in page and "Books" in page
    assert store.stores.events.events_of(id)[0].actor.startswith("key_")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"url": "ftp://a.example", "events": ["*"]}, "ftp://a.example"),
        ({"url": "https://a.example"}, "at least one event"),
        ({"url": "https://a.example", "events": ["run.lost"]}, "must be one of"),
        ({"url": "https://a.example", "events": ["*"], "description": "d" * 5_001}, "at most 5000 are allowed"),
    ],
)
def test_an_endpoint_that_cannot_be_made_keeps_what_was_entered(
    operator: Visitor, fields: dict[str, object], sentence: str
) -> None:
    answer = operator.post(ENDPOINTS, fields)

    assert (answer.status_code, sentence in answer.text) == (400, True), answer.text
    assert f'value="{fields["url"]}"' in answer.text


def test_an_endpoint_is_disabled_enabled_and_deleted(operator: Visitor, store: Installation) -> None:
    id = an_endpoint(operator)
    shown = []
    for action in ("disable", "enable"):
        assert operator.post(f"{ENDPOINTS}/{id}/{action}").status_code == 303
        shown.append(re.findall(r"<dt>Status</dt><dd>(\w+)", operator.get(f"{ENDPOINTS}/{id}").text))

    deleted = operator.post(f"{ENDPOINTS}/{id}/delete")

    assert shown == [["Disabled"], ["Enabled"]]
    assert deleted.headers["location"] == "/console/webhooks"
    assert operator.get(f"{ENDPOINTS}/{id}").status_code == 404
    events = [type(event) for event in store.stores.events.events_of(id)]
    assert events == [
        WebhookEndpoint.Created,
        WebhookEndpoint.Disabled,
        WebhookEndpoint.Enabled,
        WebhookEndpoint.Deleted,
    ]


def test_a_rolled_secret_is_another_one(operator: Visitor) -> None:
    made = operator.post(ENDPOINTS, {"url": "https://b.example/in", "events": ["*"]}).text
    id = re.findall(r"\bwe_\w+", made)[0]

    rolled = secret_in(operator.post(f"{ENDPOINTS}/{id}/roll").text)

    assert rolled.startswith("whsec_")
    assert rolled != secret_in(made)


def test_an_action_that_there_is_not_is_a_404(operator: Visitor) -> None:
    assert operator.post(f"{ENDPOINTS}/{an_endpoint(operator)}/explode").status_code == 404


def test_an_event_is_sent_again_to_an_endpoint_of_the_account(operator: Visitor, store: Installation) -> None:
    id = an_endpoint(operator, "https://again.example/in")
    event = made_event(operator)

    page = operator.get(f"/console/webhooks/events/{event}").text
    sent = operator.post(f"/console/webhooks/events/{event}/resend", {"endpoint": id})

    assert f'<option value="{id}">https://again.example/in</option>' in page
    assert sent.status_code == 303
    assert operator.loop.run_until_complete(store.stores.outbox.pending([event])) == {event: 1}


def test_an_event_is_not_sent_to_an_endpoint_of_another_account(
    operator: Visitor, new_user: NewVisitor, place: SampleInstallation
) -> None:
    stranger = new_user()
    stranger.sign_in(place.stranger_key)
    theirs = an_endpoint(stranger)
    event = made_event(operator)

    refused = operator.post(f"/console/webhooks/events/{event}/resend", {"endpoint": theirs})

    assert refused.status_code == 404


def test_an_event_is_not_sent_to_an_endpoint_that_is_disabled(operator: Visitor) -> None:
    id, event = an_endpoint(operator, "https://off.example/in"), made_event(operator)
    operator.post(f"{ENDPOINTS}/{id}/disable")

    page = operator.get(f"/console/webhooks/events/{event}").text
    refused = operator.post(f"/console/webhooks/events/{event}/resend", {"endpoint": id})

    assert id not in page
    assert refused.status_code == 400


def test_a_key_that_only_reads_webhooks_is_not_shown_changes_and_is_refused_them(
    operator: Visitor, new_user: NewVisitor, store: Installation, place: SampleInstallation
) -> None:
    id, event = an_endpoint(operator), made_event(operator)
    scope = Scope(place.platform, livemode=False)
    _, secret = administration(store).create_key(scope, KeyKind.RESTRICTED, ("webhook_read", "event_read"), None)
    reader = new_user()
    reader.sign_in(secret)

    pages = [reader.get(path).text for path in ("/console/webhooks", f"{ENDPOINTS}/{id}")]
    pages.append(reader.get(f"/console/webhooks/events/{event}").text)
    refused = [reader.post(f"{ENDPOINTS}/{id}/{action}").status_code for action in CHANGING]
    refused.append(reader.post(ENDPOINTS).status_code)
    refused.append(reader.post(f"/console/webhooks/events/{event}/resend").status_code)

    assert [path for page in pages for path in re.findall(r'action="([^"]+)"', page) if "sign-out" not in path] == []
    assert set(refused) == {403}
    assert "New endpoint" not in pages[0]


def test_attempts_are_shown_to_keys_that_may_read_webhooks_alone(
    operator: Visitor, new_user: NewVisitor, store: Installation, place: SampleInstallation
) -> None:
    event, scope = made_event(operator), Scope(place.platform, livemode=False)
    _, secret = administration(store).create_key(scope, KeyKind.RESTRICTED, ("event_read",), None)
    reader = new_user()
    reader.sign_in(secret)

    shown = reader.get(f"/console/webhooks/events/{event}")

    assert (shown.status_code, event in shown.text, "Attempts" in shown.text) == (200, True, False)
    assert "Attempts" in operator.get(f"/console/webhooks/events/{event}").text


def test_a_restricted_key_is_made_and_may_do_what_was_ticked(operator: Visitor, new_user: NewVisitor) -> None:
    made = operator.post(
        KEYS, {"kind": "restricted", "name": "Books", "permissions": ["report_runs_read_only"], "expires": "2999-12-31"}
    )
    visitor = new_user()
    visitor.sign_in(secret_in(made.text))

    page = operator.get("/console/access").text

    assert secret_in(made.text).startswith("rk_test_")
    assert "<td>Books</td>" in page
    assert "31 December 2999, 23:59:59 UTC" in page
    assert secret_in(made.text) not in page
    assert [visitor.get(f"/console/{path}").status_code for path in ("runs", "reports", "access")] == [200, 403, 403]


def test_a_secret_key_is_made_for_the_account_and_mode_of_its_maker(
    operator: Visitor, store: Installation, place: SampleInstallation
) -> None:
    made = operator.post(KEYS, {"kind": "secret", "permissions": ["file_read"]})
    id = re.findall(r"\bkey_\w+", made.text)[0]

    (event,) = store.stores.events.events_of(id)
    assert secret_in(made.text).startswith("sk_test_")
    assert isinstance(event, ApiKey.Created)
    assert (event.account, event.livemode, event.permissions) == (place.platform, False, [])
    assert event.actor.startswith("key_")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "restricted"}, "A restricted key needs a permission at least."),
        ({"kind": "restricted", "permissions": ["everything"]}, "must be one of"),
        ({"kind": "secret", "expires": "2020-01-01"}, "A key cannot expire in the past."),
        ({"kind": "secret", "expires": "soon"}, "is not a day. Write one as 2025-01-31."),
        ({"kind": "secret", "name": "x" * 101}, "at most 100 are allowed"),
    ],
)
def test_a_key_that_cannot_be_made_is_refused_in_words(
    operator: Visitor, fields: dict[str, object], sentence: str
) -> None:
    answer = operator.post(KEYS, fields)

    assert (answer.status_code, sentence in answer.text) == (400, True), answer.text


def test_a_refused_key_keeps_what_was_entered_with_the_sentence_beside_its_field(operator: Visitor) -> None:
    fields = {"kind": "secret", "name": 'Night "job"', "permissions": ["file_read"], "expires": "2020-01-01"}
    page = operator.post(KEYS, fields).text

    (field,) = re.findall(r'<input [^>]*name="expires"[^>]*>\n.*\n(.*)', page)
    assert "A key cannot expire in the past." in field
    assert 'value="2020-01-01"' in page and 'value="Night &#34;job&#34;"' in page
    assert re.findall(r'value="(\w+)" checked', page) == ["secret", "file_read"]


def test_a_refused_endpoint_keeps_what_was_entered_with_the_sentence_beside_its_field(operator: Visitor) -> None:
    event = "reporting.report_run.failed"
    fields = {"url": "ftp://hooks.example", "events": [event], "description": "A & B", "connect": "1"}
    answer = operator.post(ENDPOINTS, fields)

    assert (answer.status_code, answer.text.count('role="alert"')) == (400, 1)
    assert re.search(r'<input [^>]*name="url"[^>]* aria-invalid="true"[^>]*>\s*<p class="field-fault"', answer.text)
    assert 'value="ftp://hooks.example"' in answer.text and 'value="A &amp; B"' in answer.text
    assert re.findall(r'value="([\w.*]+)" checked', answer.text) == [event, "1"]


def test_a_refused_account_is_said_beside_its_name_and_not_in_the_form_of_keys(operator: Visitor) -> None:
    page = operator.post(ACCOUNTS, {"name": "x" * 101}).text

    before, _, form = page.partition(f'action="{ACCOUNTS}"')
    assert ("at most 100 are allowed" in form, "alert" in before, "x" * 101 in before) == (True, False, False)
    assert f'value="{"x" * 101}"' in form


@pytest.mark.parametrize("permission", ["audit_read", "ledger_write"])
@pytest.mark.parametrize("key", ["connected_key", "stranger_key"])
def test_other_accounts_make_no_keys_that_reach_beyond_them(
    new_user: NewVisitor, place: SampleInstallation, key: str, permission: str
) -> None:
    visitor = new_user()
    visitor.sign_in(getattr(place, key))

    page = visitor.get("/console/access").text
    refused = visitor.post(KEYS, {"kind": "restricted", "permissions": ["file_read", permission]})

    assert (refused.status_code, f"{permission} reaches beyond one account." in refused.text) == (400, True)
    assert ('value="file_read"' in page, f'value="{permission}"' in page) == (True, False)


def test_the_platform_of_the_installation_makes_a_key_for_its_auditor(operator: Visitor, new_user: NewVisitor) -> None:
    made = operator.post(KEYS, {"kind": "restricted", "permissions": ["audit_read"]})
    auditor = new_user()
    auditor.sign_in(secret_in(made.text))

    assert auditor.get("/console/audit").status_code == 200


def test_a_key_is_revoked_at_once(operator: Visitor, new_user: NewVisitor) -> None:
    made = operator.post(KEYS, {"kind": "secret"}).text
    id, visitor = re.findall(r"\bkey_\w+", made)[0], new_user()
    visitor.sign_in(secret_in(made))
    before = visitor.get("/console/runs").status_code

    revoked = operator.post(f"{KEYS}/{id}/revoke")

    assert (before, revoked.status_code, visitor.get("/console/runs").status_code) == (200, 303, 303)
    assert f"{KEYS}/{id}/revoke" not in operator.get("/console/access").text
    assert operator.post(f"{KEYS}/{id}/revoke").status_code == 400


def test_a_key_of_another_account_or_mode_is_not_revoked(
    operator: Visitor, store: Installation, place: SampleInstallation
) -> None:
    scopes = (Scope(place.stranger, livemode=False), Scope(place.platform, livemode=True))
    ids = [administration(store).create_key(scope, KeyKind.SECRET, (), None)[0] for scope in scopes]

    assert [operator.post(f"{KEYS}/{id}/revoke").status_code for id in (*ids, "key_nothing")] == [404] * 3


def test_a_connected_account_is_made_by_a_platform_alone(
    operator: Visitor, new_user: NewVisitor, place: SampleInstallation
) -> None:
    before = operator.get("/console/access").text.count("acct_")
    made = operator.post(ACCOUNTS, {"name": "Another shop"})
    connected = new_user()
    connected.sign_in(place.connected_key)

    assert made.status_code == 303
    assert operator.get("/console/access").text.count("acct_") == before + 1
    assert "New connected account" not in connected.get("/console/access").text
    assert connected.post(ACCOUNTS, {"name": "A third"}).status_code == 403


@pytest.mark.parametrize("page", [KEYS, ACCOUNTS])
def test_a_name_that_is_too_long_is_refused(operator: Visitor, page: str) -> None:
    answer = operator.post(page, {"name": "n" * 101, "kind": "secret"})

    assert (answer.status_code, "at most 100 are allowed" in answer.text) == (400, True), answer.text


def test_a_restricted_key_changes_no_keys_and_no_accounts(new_user: NewVisitor, place: SampleInstallation) -> None:
    reader = new_user()
    reader.sign_in(place.reports_write_key)

    answers = [reader.post(KEYS, {"kind": "secret"}), reader.post(ACCOUNTS), reader.post(f"{KEYS}/key_1/revoke")]

    assert [answer.status_code for answer in answers] == [403] * 3


@pytest.mark.parametrize(
    "path", [KEYS, ACCOUNTS, f"{KEYS}/key_1/revoke", ENDPOINTS, f"{ENDPOINTS}/we_1/roll", "/console/ledger/load"]
)
def test_forms_of_other_sites_change_nothing(operator: Visitor, path: str) -> None:
    assert operator.post(path, {"kind": "secret"}, {"Sec-Fetch-Site": "cross-site"}).status_code == 403


def made_event(visitor: Visitor) -> str:
    """The newest event of the account."""
    page = visitor.get("/console/webhooks").text
    return str(re.findall(r'href="/console/webhooks/events/(evt_\w+)"', page)[0])


def test_the_secret_of_a_stored_key_is_shown_while_the_views_are_away(
    operator: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def show(commands: KeyCommands) -> None:
        raise StoreUnavailable("The views cannot be written now.")

    monkeypatch.setattr(KeyCommands, "_show", show)
    made = operator.post(KEYS, {"kind": "secret"})
    monkeypatch.undo()

    assert made.status_code == 200
    assert "It is stored, and works once the views can be written again. The views cannot be written now." in made.text
    assert secret_in(made.text).startswith("sk_test_")
