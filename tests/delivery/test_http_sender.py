"""One delivery over HTTP, to real receivers on loopback: whatever they do, it ends in time and says how."""

from __future__ import annotations

import asyncio
import gc
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from application.ports.webhook_sender import Answer, Outgoing
from interfaces.delivery.address_rules import AddressRules
from interfaces.delivery.http_sender import HttpSender
from interfaces.delivery.name_resolution import Lookup, NameResolver
from interfaces.host.clock import SystemClock
from tests.support.receiver import Receiver, drip_body, drip_head, hang, huge_body, receiving, status

BODY = b'{\n  "id": "evt_1"\n}\n'
DEADLINE = 0.5
"""For receivers that do not answer."""

LONG = 30.0
"""For all others: the deadline is not what ends these, however busy the machine is."""


def sent(
    url: str,
    *,
    networks: Sequence[str] = ("127.0.0.0/8", "::1/128"),
    lookup: Lookup | None = None,
    livemode: bool = False,
    attempts: int = 1,
    tls: ssl.SSLContext | None = None,
    deadline: float = LONG,
    budget: float = LONG,
) -> list[Answer]:
    """What comes of some attempts, one after the other. budget: seconds for finding an address"""

    async def send() -> list[Answer]:
        resolver = NameResolver(lookup, budget_seconds=budget) if lookup else NameResolver()
        sender = HttpSender(AddressRules(networks), resolver, SystemClock(), deadline_seconds=deadline, tls=tls)
        outgoing = Outgoing(url, {"webhook-id": "evt_1"}, BODY, livemode)
        try:
            return [await sender.send(outgoing) for _ in range(attempts)]
        finally:
            resolver.close()

    return asyncio.run(send())


def by_name(receiver: Receiver, path: str = "/hook") -> str:
    return f"http://hooks.example:{receiver.port}{path}"


def to(*answers: Sequence[str]) -> tuple[Lookup, list[str]]:
    """A resolver with these answers, in turn, and the names that it was asked for."""
    asked: list[str] = []

    def lookup(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    return lookup, asked


def test_a_receiver_gets_the_body_as_it_is_and_the_headers_of_stripes_deliveries() -> None:
    with receiving(status(200, b"thanks")) as receiver:
        lookup, asked = to(["127.0.0.1"])
        (answer,) = sent(by_name(receiver, "/hook?a=1#f"), lookup=lookup)

    assert answer == Answer(200, body="thanks") and answer.is_success
    (received,) = receiver.received
    assert (received.path, received.body, asked) == ("/hook?a=1", BODY, ["hooks.example"])
    assert {name: received.headers[name] for name in sorted(received.headers)} == {
        "accept": "*/*; q=0.5, application/xml",
        "cache-control": "no-cache",
        "connection": "close",
        "content-length": str(len(BODY)),
        "content-type": "application/json; charset=utf-8",
        "host": f"hooks.example:{receiver.port}",
        "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "webhook-id": "evt_1",
    }


@pytest.mark.parametrize("code", [300, 301, 307, 400, 404, 410, 429, 500, 503])
def test_no_status_but_a_2xx_is_a_success(code: int) -> None:
    with receiving(status(code, b"no")) as receiver:
        (answer,) = sent(receiver.url)

    assert answer == Answer(code, body="no") and not answer.is_success


def test_redirects_are_not_followed() -> None:
    with receiving() as target, receiving(status(302, location=target.url)) as receiver:
        (answer,) = sent(receiver.url)

    assert answer.status == 302 and not answer.is_success
    assert target.connections == 0


@pytest.mark.parametrize("reply", [hang, drip_head], ids=["hang", "drip"])
def test_a_receiver_that_gives_no_answer_is_left_at_the_deadline(reply: object) -> None:
    with receiving(reply) as receiver:  # type: ignore[arg-type]
        began = time.monotonic()
        (answer,) = sent(receiver.url, deadline=DEADLINE)
        took = time.monotonic() - began

    assert answer == Answer(None, "No answer came within 0.5 s.")
    assert DEADLINE <= took < LONG  # such a receiver goes on for a minute


def test_an_answer_that_drips_is_incomplete_at_the_deadline_and_no_success() -> None:
    deadline = DEADLINE
    with receiving(drip_body) as receiver:
        (answer,) = sent(receiver.url, deadline=deadline)
        while answer.status is None and deadline < LONG:  # on a busy machine, not even the head came in time
            deadline *= 4
            (answer,) = sent(receiver.url, deadline=deadline)

    assert (answer.status, answer.error) == (200, f"The answer was not complete within {deadline:g} s.")
    assert not answer.is_success


def test_a_huge_answer_is_read_to_its_limit_and_its_beginning_is_kept() -> None:
    with receiving(huge_body) as receiver:
        (answer,) = sent(receiver.url)

    assert answer.is_success and answer.body == "x" * 1024


def test_a_body_that_is_no_text_is_kept_as_what_can_be_stored() -> None:
    with receiving(status(200, b"a\x00\xff")) as receiver:
        (answer,) = sent(receiver.url)

    assert answer.body == "a\ufffd\ufffd"


def test_a_refused_connection_and_an_answer_that_is_not_http_are_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    (refused,) = sent(f"http://127.0.0.1:{port}/")

    async def garbage(writer: asyncio.StreamWriter, received: object) -> None:
        writer.write(b"SSH-2.0-x\r\n\r\n")

    with receiving(garbage) as receiver:
        (odd,) = sent(receiver.url)

    assert refused.status is None and str(refused.error).startswith("The endpoint cannot be connected to: ")
    assert odd.status is None and str(odd.error).startswith("The endpoint's answer is not HTTP: ")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("Fri, 01 Jan 2100 00:00:00 GMT", None),
        ("soon", None),
        ("-5", None),
        ("Mon, 01 Jan 999999999999 00:00:00 +0000", None),
        ("Mon, 01 Jan 2100 00:00:00 +99999999999999", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str, seconds: float | None) -> None:
    with receiving(status(503, retry_after=value)) as receiver:
        (answer,) = sent(receiver.url)

    if value.endswith("GMT"):
        assert answer.retry_after_seconds and answer.retry_after_seconds > 1e9
    else:
        assert answer.retry_after_seconds == seconds


def test_variables_for_proxies_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as proxy, receiving() as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        (answer,) = sent(receiver.url)

    assert answer.is_success and proxy.connections == 0


def test_a_name_with_one_address_that_is_refused_is_not_connected_to_at_all() -> None:
    with receiving() as receiver:
        lookup, asked = to(["127.0.0.1", "10.0.0.1"])
        (answer,) = sent(by_name(receiver), lookup=lookup)

    assert answer.status is None and "it is a private address" in str(answer.error)
    assert receiver.connections == 0 and asked == ["hooks.example"]


def test_a_name_that_was_permitted_and_leads_inside_at_the_next_attempt_is_refused_then() -> None:
    with receiving() as receiver:
        lookup, asked = to(["127.0.0.1"], ["127.0.0.2"])
        first, second = sent(by_name(receiver), networks=["127.0.0.1/32"], lookup=lookup, attempts=2)

    assert first.is_success and "it is a loopback address" in str(second.error)
    assert receiver.connections == 1 and len(asked) == 2


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "127.1", "0x7f000001", "0"])
def test_no_form_of_loopback_is_connected_to_unless_it_is_named(host: str) -> None:
    with receiving() as receiver:
        (answer,) = sent(f"http://{host}:{receiver.port}/", networks=[])

    assert answer.status is None and str(answer.error).startswith("Nothing is sent to ")
    assert receiver.connections == 0


def test_live_mode_over_http_goes_to_named_networks_alone() -> None:
    lookup, _ = to(["8.8.8.8"])
    with receiving() as receiver:
        (named,) = sent(receiver.url, livemode=True)
    (public,) = sent("http://hooks.example/", lookup=lookup, livemode=True)

    assert named.is_success
    assert public.error == "Nothing is sent to hooks.example over http:// in live mode. Use https://."


def test_a_look_up_that_hangs_ends_within_its_budget_and_holds_up_no_other() -> None:
    released = threading.Event()

    def lookup(host: str, port: int) -> Sequence[str]:
        released.wait(LONG)
        return ["127.0.0.1"]

    try:
        (answer,) = sent("http://slow.example/", lookup=lookup, budget=0.2)
    finally:
        released.set()

    assert answer.error == "The address of slow.example could not be found within 0.2 s."


def test_a_name_without_an_address_is_said() -> None:
    def lookup(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror("no")

    (answer,) = sent("http://nowhere.example/", lookup=lookup)

    assert answer.error == "The host nowhere.example has no address."


def test_tls_is_for_the_name_and_a_certificate_that_no_authority_signed_is_refused(tmp_path: Path) -> None:
    server, client, asked_for = tls_contexts("hooks.example", tmp_path)
    lookup, _ = to(["127.0.0.1"])
    with receiving(tls=server) as receiver:
        url = f"https://hooks.example:{receiver.port}/"
        (stranger,) = sent(url, lookup=lookup)
        (trusted,) = sent(url, lookup=lookup, tls=client)
        (other,) = sent(url.replace("hooks.", "other."), lookup=lookup, tls=client)

    assert stranger.status is None and "certificate verify failed" in str(stranger.error).lower()
    assert trusted.is_success
    assert other.status is None and "certificate" in str(other.error)
    assert asked_for == ["hooks.example", "hooks.example", "other.example"]
    assert len(receiver.received) == 1


def test_a_handshake_that_is_never_answered_ends_at_the_deadline(recwarn: pytest.WarningsRecorder) -> None:
    with receiving() as receiver:
        (answer,) = sent(f"https://127.0.0.1:{receiver.port}/", deadline=DEADLINE)

    gc.collect()
    assert answer == Answer(None, "No answer came within 0.5 s.")
    assert [str(warning.message) for warning in recwarn] == []


def tls_contexts(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext, list[str]]:
    """A server's with a certificate for a name, a client's that trusts it, and the names that clients ask for."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
    server, asked_for = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), list[str]()
    server.load_cert_chain(pem)
    server.sni_callback = lambda connection, asked, context: asked_for.append(str(asked))
    return server, ssl.create_default_context(cafile=str(pem)), asked_for
