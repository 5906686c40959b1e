"""Deliveries are signed so that the verifiers of Stripe and of Standard Webhooks accept them."""

from __future__ import annotations

import pytest
from stripe import SignatureVerificationError, WebhookSignature

from domain.webhooks.signatures import signature_headers, standard_signature, stripe_signature
from domain.webhooks.signing_secret import new_secret

PAYLOAD = b'{\n  "id": "evt_1"\n}\n'
SENT_AT = 1_767_355_200


def test_the_official_verifier_accepts_a_delivery_under_each_valid_secret_and_no_other() -> None:
    new, old = new_secret(), new_secret()

    header = stripe_signature(PAYLOAD, secrets=[new, old], sent_at=SENT_AT)

    for secret in (new, old):
        assert WebhookSignature.verify_header(PAYLOAD.decode(), header, secret, tolerance=None)
    with pytest.raises(SignatureVerificationError):
        WebhookSignature.verify_header(PAYLOAD.decode(), header, new_secret(), tolerance=None)
    with pytest.raises(SignatureVerificationError):
        WebhookSignature.verify_header(PAYLOAD.decode() + " ", header, new, tolerance=None)


def test_the_published_example_of_standard_webhooks_comes_out_as_published() -> None:
    payload = b'{"test": 2432232314}'

    signature = standard_signature(
        payload, event_id="msg_p5jXN8AQM9LWM0D4loKWxJek", secrets=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        sent_at=1_614_265_330,
    )  # fmt: skip

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_both_schemes_sign_the_same_second_and_each_secret() -> None:
    secrets = [new_secret(), new_secret()]

    headers = signature_headers(PAYLOAD, event_id="evt_1", secrets=secrets, sent_at=SENT_AT)

    assert headers["Stripe-Signature"].startswith(f"t={SENT_AT},v1=")
    assert headers["Stripe-Signature"].count("v1=") == headers["webhook-signature"].count("v1,") == 2
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("evt_1", str(SENT_AT))


def test_an_expired_secret_signs_nothing_because_it_is_not_given() -> None:
    assert stripe_signature(PAYLOAD, secrets=[], sent_at=SENT_AT) == f"t={SENT_AT}"
