"""Signatures of deliveries, by both schemes that receivers verify: Stripe's, and that of Standard Webhooks."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence

from domain.webhooks.signing_secret import SECRET_PREFIX


def signature_headers(payload: bytes, *, event_id: str, secrets: Sequence[str], sent_at: int) -> dict[str, str]:
    """The headers that sign one attempt at a delivery.

    payload   the exact bytes of the body, as sent
    event_id  `evt_...`, the same for each attempt: receivers know a repeated delivery by it
    secrets   every secret that is valid, `whsec_...`, newest first; each makes one signature of either scheme
    sent_at   of this attempt, seconds since the Unix epoch; receivers refuse what is over 300 s old
    """
    return {
        "Stripe-Signature": stripe_signature(payload, secrets=secrets, sent_at=sent_at),
        "webhook-id": event_id,
        "webhook-timestamp": str(sent_at),
        "webhook-signature": standard_signature(payload, event_id=event_id, secrets=secrets, sent_at=sent_at),
    }


def stripe_signature(payload: bytes, *, secrets: Sequence[str], sent_at: int) -> str:
    """`t=1767355200,v1=5257a8...`, with a `v1` for each secret.

    Source: scheme v1, HMAC-SHA256 over `{sent_at}.{payload}`, hex; the key is the whole secret, prefix included.
    """
    signed = b"%d.%b" % (sent_at, payload)
    return ",".join([f"t={sent_at}", *(f"v1={_mac(secret.encode(), signed).hex()}" for secret in secrets)])


def standard_signature(payload: bytes, *, event_id: str, secrets: Sequence[str], sent_at: int) -> str:
    """`v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=`, one for each secret, separated by spaces.

    Source: Standard Webhooks, HMAC-SHA256 over `{event_id}.{sent_at}.{payload}`, Base64; the key is what follows the
    secret's prefix, decoded as Base64.
    """
    signed = b"%b.%d.%b" % (event_id.encode(), sent_at, payload)
    macs = [_mac(b64decode(secret.removeprefix(SECRET_PREFIX)), signed) for secret in secrets]
    return " ".join(f"v1,{b64encode(mac).decode()}" for mac in macs)


def _mac(key: bytes, signed: bytes) -> bytes:
    return hmac.digest(key, signed, "sha256")
