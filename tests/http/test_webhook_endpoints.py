"""Webhook endpoints over HTTP: the secret once, changes, refusals, permissions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from domain.access.api_key import KeyKind
from domain.access.caller import Scope
from interfaces.composition.commands import administration
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.support.in_process import InProcess
from tests.support.server import SampleInstallation, install

ENDPOINTS = "/v1/webhook_endpoints"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MINIMAL = {"url": "https://example.com/hook", "enabled_events[]": "*"}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> SampleInstallation:
    return install(tmp_path_factory.mktemp("webhooks"))


@pytest.fixture(scope="module")
def opened(installation: SampleInstallation) -> Iterator[Installation]:
    with Installation(Settings(data=installation.data, webhook_endpoints=3)) as opened:
        yield opened


class Caller:
    """Asks with one key; what it has made is deleted at the end."""

    def __init__(self, api: InProcess, key: str) -> None:
        self._api = api
        self._key = key

    def __call__(self, method: str, url: str, form: dict[str, str] | None = None, **headers: str) -> httpx.Response:
        more: dict[str, Any] = {"data": form} if form is not None else {}
        return self._api(method, url, key=self._key, headers=headers, **more)

    def made(self, **form: str) -> dict[str, Any]:
        made = self("POST", ENDPOINTS, {**MINIMAL, **form})
        assert made.status_code == 200, made.text
        return dict(made.json())

    def delete_all(self) -> None:
        for endpoint in self("GET", f"{ENDPOINTS}?limit=100").json()["data"]:
            self("DELETE", f"{ENDPOINTS}/{endpoint['id']}")


@pytest.fixture
def ask(api: InProcess, installation: SampleInstallation) -> Iterator[Caller]:
    caller = Caller(api, installation.test_key)
    yield caller
    caller.delete_all()


def error_of(response: httpx.Response) -> tuple[int, str | None, str | None, str]:
    error = response.json()["error"]
    return response.status_code, error.get("code"), error.get("param"), error["message"]


def test_only_the_answer_to_its_creation_holds_the_secret(ask: Caller) -> None:
    made = ask.made(**{"description": "Books", "metadata[team]": "finance", "api_version": "2026-07-29.dahlia"})

    read = ask("GET", f"{ENDPOINTS}/{made['id']}").json()
    listed = ask("GET", ENDPOINTS).json()

    secret = made.pop("secret")
    assert len(secret) == len("whsec_") + 32
    assert read == made == listed["data"][0]
    assert made == {
        "id": made["id"],
        "object": "webhook_endpoint",
        "api_version": "2026-07-29.dahlia",
        "application": None,
        "created": made["created"],
        "description": "Books",
        "enabled_events": ["*"],
        "livemode": False,
        "metadata": {"team": "finance"},
        "status": "enabled",
        "url": "https://example.com/hook",
    }
    assert {name: listed[name] for name in ("object", "has_more", "url")} == {
        "object": "list",
        "has_more": False,
        "url": ENDPOINTS,
    }


def test_keys_are_in_stripes_order_with_the_secret_too(ask: Caller) -> None:
    names = list(ask.made())

    assert names == ["id", "object", *sorted(names[2:])]


def test_a_retry_gets_the_same_bytes_and_makes_no_second_endpoint(ask: Caller, opened: Installation) -> None:
    first, again = (ask("POST", ENDPOINTS, MINIMAL, **{"Idempotency-Key": "make one"}) for _ in range(2))

    assert first.content == again.content and "whsec_" in first.text
    assert again.headers["idempotent-replayed"] == "true"
    assert len(ask("GET", ENDPOINTS).json()["data"]) == 1
    with opened.stores.store.recorder.export() as log:
        assert not any(b"whsec_" in record.body for record in log.records)
    other = ask("POST", ENDPOINTS, {**MINIMAL, "description": "x"}, **{"Idempotency-Key": "make one"})
    assert other.status_code == 400 and other.json()["error"]["type"] == "idempotency_error"


def test_what_is_given_is_changed_and_the_rest_stays(ask: Caller) -> None:
    made = ask.made(description="Books", **{"metadata[a]": "1", "metadata[b]": "2"})
    del made["secret"]
    address = f"{ENDPOINTS}/{made['id']}"

    assert ask("POST", address, {"url": "https://b.example"}).json() == made | {"url": "https://b.example"}
    assert ask("POST", address, {"metadata[a]": "", "metadata[c]": "3"}).json()["metadata"] == {"b": "2", "c": "3"}
    assert ask("POST", address, {"metadata": ""}).json()["metadata"] == {}
    assert ask("POST", address, {"description": ""}).json()["description"] is None
    assert ask("POST", address, {"disabled": "true"}).json()["status"] == "disabled"
    events = ["reporting.report_run.failed", "reporting.report_type.updated"]
    changed = ask("POST", address, {f"enabled_events[{index}]": event for index, event in enumerate(events)}).json()
    assert (changed["enabled_events"], changed["status"]) == (events, "disabled")
    assert ask("POST", address, {"disabled": "false"}).json()["status"] == "enabled"
    assert ask("GET", address).json() == changed | {"status": "enabled"}


def test_a_deleted_endpoint_is_gone(ask: Caller) -> None:
    made = ask.made()
    address = f"{ENDPOINTS}/{made['id']}"

    deleted = ask("DELETE", address)

    assert deleted.json() == {"id": made["id"], "object": "webhook_endpoint", "deleted": True}
    for gone in (ask("GET", address), ask("DELETE", address), ask("POST", address, {"disabled": "true"})):
        assert error_of(gone) == (404, "resource_missing", "id", f"No such webhook endpoint: '{made['id']}'")


@pytest.mark.parametrize(
    ("form", "code", "param", "message"),
    [
        ({"enabled_events[]": "*"}, "parameter_missing", "url", "Missing required param: url."),
        ({"url": "https://a.b"}, "parameter_missing", "enabled_events", "Missing required param: enabled_events."),
        ({**MINIMAL, "url": "example.com"}, "url_invalid", "url", "Invalid URL: An explicit scheme (such as https) "),
        ({"url": "https://a.b", "enabled_events": "*"}, None, "enabled_events", "Invalid array"),
        (
            {"url": "https://a.b", "enabled_events": ""},
            "parameter_invalid_empty",
            "enabled_events",
            "You passed an ",
        ),
        ({**MINIMAL, "enabled_events[]": "x"}, None, "enabled_events[0]", "Invalid enabled_events[0]: must be one of"),
        ({**MINIMAL, "connect": "yes"}, None, "connect", "Invalid boolean: yes"),
        ({**MINIMAL, "metadata": "x"}, None, "metadata", "Invalid object"),
        ({**MINIMAL, "metadata[a][b]": "x"}, None, "metadata[a]", 'Invalid string: {"b":"x"}'),
        ({**MINIMAL, "metadata[k]": "v" * 501}, None, "metadata[k]", "Metadata values can have up to 500 characters"),
        ({**MINIMAL, "disabled": "true"}, "parameter_unknown", "disabled", "Received unknown parameter: disabled"),
        ({**MINIMAL, "api_version": "nope"}, None, None, "Invalid Stripe API version: nope"),
        ({**MINIMAL, "description": "x" * 5001}, "parameter_invalid_string", "description", "Invalid string: xxx"),
    ],
)
def test_what_cannot_be_made_is_refused(
    ask: Caller, form: dict[str, str], code: str | None, param: str | None, message: str
) -> None:
    refused = error_of(ask("POST", ENDPOINTS, form))

    assert refused[:3] == (400, code, param)
    assert refused[3].startswith(message)


@pytest.mark.parametrize("name", ["api_version", "connect"])
def test_some_things_cannot_be_changed(ask: Caller, name: str) -> None:
    made = ask.made()

    refused = error_of(ask("POST", f"{ENDPOINTS}/{made['id']}", {name: "true"}))

    assert refused[:3] == (400, "parameter_unknown", name)


def test_the_limit_is_a_setting(ask: Caller) -> None:
    for _ in range(3):
        ask.made()

    refused = error_of(ask("POST", ENDPOINTS, MINIMAL))

    assert refused == (400, None, None, "You have reached the maximum of 3 test webhook endpoints.")


def test_lists_are_paged_without_a_filter_on_time(ask: Caller) -> None:
    made = [ask.made()["id"] for _ in range(3)]

    first = ask("GET", f"{ENDPOINTS}?limit=2").json()
    rest = ask("GET", f"{ENDPOINTS}?limit=2&starting_after={first['data'][-1]['id']}").json()

    assert [one["id"] for one in first["data"] + rest["data"]] == made[::-1]
    assert (first["has_more"], rest["has_more"]) == (True, False)
    assert error_of(ask("GET", f"{ENDPOINTS}?created=1"))[:3] == (400, "parameter_unknown", "created")


def test_live_mode_needs_https_and_sees_no_endpoint_of_test_mode(
    ask: Caller, api: InProcess, installation: SampleInstallation
) -> None:
    made, live = ask.made(), Caller(api, installation.live_key)

    refused = error_of(live("POST", ENDPOINTS, {**MINIMAL, "url": "http://example.com"}))
    hidden = error_of(live("GET", f"{ENDPOINTS}/{made['id']}"))

    assert refused[:3] == (400, "url_invalid", "url") and "https:// in live mode" in refused[3]
    assert hidden[0] == 404 and "a similar object exists in test mode" in hidden[3]


def test_restricted_keys_need_permissions_of_their_own(api: InProcess, opened: Installation) -> None:
    admin = administration(opened)
    scope = Scope(admin.platform(), livemode=False)

    def restricted(*permissions: str) -> Caller:
        return Caller(api, admin.create_key(scope, KeyKind.RESTRICTED, permissions, None)[1])

    reader, writer, other = restricted("webhook_read"), restricted("webhook_write"), restricted("file_write")

    assert reader("GET", ENDPOINTS).status_code == 200
    assert error_of(reader("POST", ENDPOINTS, MINIMAL))[0] == 403
    made = writer.made()["id"]
    assert writer("GET", f"{ENDPOINTS}/{made}").status_code == 200
    assert error_of(reader("DELETE", f"{ENDPOINTS}/{made}"))[0] == 403
    assert "rak_webhook_write" in error_of(reader("POST", f"{ENDPOINTS}/{made}", {"disabled": "true"}))[3]
    assert writer("DELETE", f"{ENDPOINTS}/{made}").status_code == 200
    assert error_of(other("GET", ENDPOINTS))[0] == 403
    for path in ("/v1/events", "/v1/events/evt_1"):
        assert "rak_event_read" in error_of(reader("GET", path))[3]
    assert restricted("event_read")("GET", "/v1/events").status_code == 200


@pytest.mark.parametrize("url", ["http://127.0.0.1:4242/hook", "http://localhost/hook", "http://[::1]/hook"])
def test_an_address_that_no_delivery_may_go_to_is_refused(
    api: InProcess, installation: SampleInstallation, url: str
) -> None:
    caller = Caller(api, installation.test_key)

    status, _, param, message = error_of(caller("POST", ENDPOINTS, {**MINIMAL, "url": url}))

    assert (status, param) == (400, "url")
    assert (
        "is a loopback address, which is permitted where REPORTRUN_WEBHOOK_NETWORKS names a network within" in message
    )
