"""Heads that two parsers may read differently: fields in trailers, doubled fields, no host."""

from __future__ import annotations

from collections.abc import Mapping

from attacks.attack import Attack, Target, Verdict
from attacks.connections import FORM, RUNS, head, status_of
from tests.support.site import Site


def trailers(target: Target) -> Verdict:
    """A create whose credentials stand after its body: it must not be taken for an authenticated one."""
    key = f"Authorization: Bearer {target.site.key}"
    line = (f"POST {RUNS} HTTP/1.1", "Content-Type: application/x-www-form-urlencoded", "Transfer-Encoding: chunked")
    body = f"{len(FORM):x}\r\n{FORM}\r\n0\r\n".encode()
    requests = {
        "Authorization": head(*line, "Host: x") + body + head(key),
        "Host": head(*line, key) + body + head("Host: x"),
        "Stripe-Account": head(*line, "Host: x", key) + body + head("Stripe-Account: acct_none"),
    }
    return _verdict(target.site, requests, {"Authorization": 401, "Host": 400, "Stripe-Account": 200})


def doubled(target: Target) -> Verdict:
    key = f"Authorization: Bearer {target.site.key}"
    line = (f"POST {RUNS} HTTP/1.1", "Content-Type: application/x-www-form-urlencoded")
    length = f"Content-Length: {len(FORM)}"
    fields = {
        "no Host": (key, length),
        "Host": (key, length, "Host: x", "Host: y"),
        "Authorization": (key, key, length, "Host: x"),
        "Stripe-Account": (key, length, "Host: x", "Stripe-Account: acct_a", "Stripe-Account: acct_b"),
        "Idempotency-Key": (key, length, "Host: x", "Idempotency-Key: a", "Idempotency-Key: b"),
        "Content-Length": (key, length, length, "Host: x"),
    }
    requests = {name: head(*line, *lines) + FORM.encode() for name, lines in fields.items()}
    requests["HTTP/2.0"] = head("GET /healthz HTTP/2.0", "Host: x")
    return _verdict(target.site, requests, {**dict.fromkeys(requests, 400), "HTTP/2.0": 505})


def _verdict(site: Site, requests: Mapping[str, bytes], wanted: Mapping[str, int]) -> Verdict:
    statuses = {name: status_of(site, request) for name, request in requests.items()}
    return Verdict(statuses == wanted, ", ".join(f"{name} {status}" for name, status in statuses.items()))


ATTACKS = (
    Attack("trailers", "header fields in the trailers of a chunked request", trailers),
    Attack("doubled-headers", "no Host, doubled fields, an HTTP/2.0 request line", doubled),
)
