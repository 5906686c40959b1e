"""Authorities that hang, refuse or answer something else: each is refused with a sentence, within the deadline."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from application.audit.timestamps.authority import TimestampRefused, TimestampUnreadable
from interfaces.audit.timestamp_server import TimestampServer
from interfaces.audit.timestamp_tokens import TimestampTokens
from tests.support.timestamp_authority import Authority, authority_in

pytest.importorskip("rfc3161_client", reason="the extra `timestamps` is not installed")

CONTENT = b"a checkpoint"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with authority_in(tmp_path_factory.mktemp("authority")) as running:
        yield running


@pytest.fixture
def authority(running: Authority) -> Authority:
    running.requests.clear()
    running.hanging.clear()
    running.answer = None
    return running


def ask(url: str, deadline_seconds: float = 20.0, trusted: Path | None = None) -> bytes:
    return TimestampServer(url, TimestampTokens(trusted), deadline_seconds).ask(CONTENT)


def test_a_token_says_when_and_by_whom(authority: Authority) -> None:
    before = time.time()

    facts = TimestampTokens(authority.ca).read(ask(authority.url), CONTENT)

    assert int(before) <= facts.at.timestamp() <= time.time() + 1
    assert ("CN=Test Authority" in facts.authority, facts.is_verified) == (True, True)


def test_a_name_and_a_password_in_the_address_are_sent_and_not_shown(authority: Authority) -> None:
    server = TimestampServer(authority.url.replace("//", "//alice:p%40ss@"), TimestampTokens(None), 20.0)

    server.ask(CONTENT)

    assert authority.authorization == "Basic YWxpY2U6cEBzcw=="
    assert server.place == authority.url


def test_an_authority_that_does_not_answer_is_given_up_at_the_deadline(authority: Authority) -> None:
    authority.hanging.set()
    begun = time.monotonic()

    with pytest.raises(TimestampRefused, match=r"has not answered within 0\.3 s\."):
        ask(authority.url, deadline_seconds=0.3)

    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ((503, b""), "answers with status 503, not 200"),
        ((302, b""), "answers with status 302, not 200"),
        ((200, b"<html>"), "is no response of a timestamping authority"),
        ((200, b""), "is no response of a timestamping authority"),
        ((200, b"x" * 300_000), "answers with more than 262,144 bytes"),
        ((200, bytes.fromhex("30053003020102")), "The authority refuses, with status 2"),
    ],
)
def test_an_answer_without_a_token_is_refused(authority: Authority, answer: tuple[int, bytes], sentence: str) -> None:
    authority.answer = answer

    with pytest.raises(TimestampRefused, match=sentence):
        ask(authority.url)


def test_a_token_that_was_given_before_is_refused(authority: Authority) -> None:
    authority.answer = (200, ask(authority.url))

    with pytest.raises(TimestampRefused, match="its nonce is not ours"):
        ask(authority.url)


def test_an_authority_that_is_not_there_is_said_to_be(authority: Authority) -> None:
    with pytest.raises(TimestampRefused, match=r"http://127\.0\.0\.1:1/ cannot be reached: "):
        ask("http://127.0.0.1:1/")


def test_a_file_of_certificates_that_is_none_is_named(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("none")

    with pytest.raises(TimestampRefused, match=r"ca\.pem, which REPORTRUN_TIMESTAMP_CA names, cannot be read"):
        TimestampTokens(tmp_path / "ca.pem").read(ask(authority.url), CONTENT)


def test_every_byte_of_a_token_that_is_changed_is_refused_or_says_the_same(authority: Authority) -> None:
    response = ask(authority.url)
    tokens = TimestampTokens(authority.ca)
    facts = tokens.read(response, CONTENT)

    for place in range(len(response)):
        changed = response[:place] + bytes([response[place] ^ 1]) + response[place + 1 :]
        with suppress(TimestampRefused):
            assert tokens.read(changed, CONTENT).at == facts.at, place


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)

    with pytest.raises(TimestampUnreadable, match=r"pip install .*'\.\[timestamps\]'"):
        ask("http://127.0.0.1:1/")
    with pytest.raises(TimestampUnreadable, match=r"pip install .*'\.\[timestamps\]'"):
        TimestampTokens(None).read(b"token", CONTENT)
