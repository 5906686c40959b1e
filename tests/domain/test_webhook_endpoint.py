"""Webhook endpoints: what each event changes, and what is refused."""

from __future__ import annotations

import base64
import re
from datetime import timedelta

import pytest

from domain.access.caller import Scope
from domain.errors import InvalidParameter, InvalidUrl, NotFound
from domain.webhooks.endpoint_url import check_endpoint_url
from domain.webhooks.event_types import EVENT_TYPES, EXPLICIT_ONLY, is_selected
from domain.webhooks.signing_secret import new_secret
from domain.webhooks.webhook_endpoint import MAX_DESCRIPTION, EndpointDetails, WebhookEndpoint
from tests.domain.endpoints import DETAILS, an_endpoint, topics_of
from tests.support.clock import NOON
from tests.support.runs import SCOPE

NOON_SECONDS = int(NOON.timestamp())


def test_a_new_endpoint_is_enabled_and_has_what_its_creator_gave() -> None:
    endpoint = an_endpoint()

    assert re.fullmatch("we_[0-9A-Za-z]{24}", endpoint.id)
    assert (endpoint.scope, endpoint.details, endpoint.api_version) == (SCOPE, DETAILS, "2026-10-28.endive")
    assert endpoint.is_enabled and not endpoint.connect


def test_only_a_change_is_recorded() -> None:
    endpoint = an_endpoint()
    endpoint.update(DETAILS, actor="key_1", at=NOON)
    endpoint.enable(actor="key_1", at=NOON)
    changed = EndpointDetails("https://example.com/other", ("reporting.report_run.failed",))
    endpoint.update(changed, actor="key_1", at=NOON)
    endpoint.disable(actor="key_1", at=NOON)
    endpoint.disable(actor="key_1", at=NOON)

    assert topics_of(endpoint) == ["webhook_endpoint.created", "webhook_endpoint.updated", "webhook_endpoint.disabled"]
    assert (endpoint.details, endpoint.is_enabled) == (changed, False)


def test_a_rolled_secret_leaves_the_one_before_valid_for_a_time() -> None:
    endpoint = an_endpoint()

    endpoint.roll_secret(overlap_seconds=3600, actor="key_1", at=NOON)
    endpoint.roll_secret(overlap_seconds=60, actor="key_1", at=NOON)
    assert (endpoint.generation, endpoint.expiring) == (3, {"1": NOON_SECONDS + 3600, "2": NOON_SECONDS + 60})

    endpoint.roll_secret(overlap_seconds=0, actor="key_1", at=NOON + timedelta(seconds=60))
    assert (endpoint.generation, endpoint.expiring) == (4, {"1": NOON_SECONDS + 3600, "3": NOON_SECONDS + 60})


def test_a_deleted_endpoint_takes_no_command() -> None:
    endpoint = an_endpoint()
    endpoint.delete(actor="key_1", at=NOON)

    for command in (endpoint.enable, endpoint.disable, endpoint.delete):
        with pytest.raises(NotFound, match=f"No such webhook endpoint: '{endpoint.id}'"):
            command(actor="key_1", at=NOON)
    with pytest.raises(NotFound):
        endpoint.update(DETAILS, actor="key_1", at=NOON)
    with pytest.raises(NotFound):
        endpoint.roll_secret(overlap_seconds=1, actor="key_1", at=NOON)


def test_no_event_holds_a_secret() -> None:
    endpoint = an_endpoint()
    endpoint.roll_secret(overlap_seconds=1, actor="key_1", at=NOON)

    assert "whsec_" not in str([vars(event) for event in endpoint.collect_events()])


def test_a_secret_is_a_prefix_and_32_characters_that_standard_webhooks_can_decode() -> None:
    secrets = {new_secret() for _ in range(100)}

    assert len(secrets) == 100
    for secret in secrets:
        assert re.fullmatch("whsec_[0-9A-Za-z]{32}", secret)
        assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 24


def test_a_star_selects_every_type_but_those_that_must_be_named() -> None:
    assert {kind for kind in EVENT_TYPES if not is_selected(kind, ["*"])} == EXPLICIT_ONLY
    assert all(is_selected(kind, ["*", *EXPLICIT_ONLY]) for kind in EVENT_TYPES)
    assert not is_selected("reporting.report_run.failed", ["reporting.report_run.succeeded"])


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("example.com", r"An explicit scheme \(such as https\) must be provided"),
        ("ftp://example.com", "An explicit scheme"),
        ("https://", "names no host"),
        ("https:///path", "names no host"),
        ("https://user:pass@example.com", "must not hold a user name or a password"),
        ("https://example.com:0/", "names port 0"),
        ("https://example.com:99999/", "cannot be read"),
        ("https://[::1/", "cannot be read"),
        ("https://example.com/a b", "Percent-encode"),
        ("https://example.com/\r\nX: y", "Percent-encode"),
        ("https://exämple.com/", "Percent-encode"),
        ("https://example.com/" + "a" * 2048, "must be at most 2048 characters, and has 2068"),
    ],
)
def test_a_url_that_nothing_can_be_sent_to_is_refused(url: str, fault: str) -> None:
    with pytest.raises(InvalidUrl, match=fault) as refused:
        check_endpoint_url(url, needs_https=False)

    assert str(refused.value).startswith("Invalid URL: ")
    assert str(refused.value.param) == "url"


def test_plain_http_is_refused_where_https_is_needed() -> None:
    check_endpoint_url("http://localhost:4242/hook", needs_https=False)
    with pytest.raises(InvalidUrl, match="https:// in live mode"):
        check_endpoint_url("http://localhost:4242/hook", needs_https=True)


def test_endpoints_of_one_account_are_separate_by_mode() -> None:
    endpoint = WebhookEndpoint.create(Scope("acct_1", livemode=True), DETAILS, actor="key_1", at=NOON)

    assert endpoint.scope == Scope("acct_1", livemode=True)


@pytest.mark.parametrize(
    ("description", "sentence"),
    [
        ("d" * (MAX_DESCRIPTION + 1), "The description has 5001 characters; at most 5000 are allowed."),
        ("a\0b", r"The description, 'a\\x00b', has control characters, or is not UTF-8."),
        ("\x1b[31mred", "has control characters"),
    ],
)
def test_a_description_that_cannot_be_kept_or_shown_is_refused(description: str, sentence: str) -> None:
    refused = EndpointDetails("https://example.com/hook", ("*",), description)

    with pytest.raises(InvalidParameter, match=sentence):
        WebhookEndpoint.create(SCOPE, refused, actor="key_1", at=NOON)
    with pytest.raises(InvalidParameter, match=sentence):
        an_endpoint().update(refused, actor="key_1", at=NOON)


def test_a_description_may_have_several_lines() -> None:
    details = EndpointDetails("https://example.com/hook", ("*",), "d" * (MAX_DESCRIPTION - 7) + "\r\n\tBooks"[:7])

    assert WebhookEndpoint.create(SCOPE, details, actor="key_1", at=NOON).details == details
