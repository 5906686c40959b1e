"""Requests for timestamps and the tokens that answer them, by `rfc3161-client`, which is an extra.

Source: RFC 3161.
"""

from __future__ import annotations

from datetime import UTC
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from application.audit.timestamps.authority import TimestampRefused, TimestampUnreadable, TokenFacts
from interfaces.host.extras import how_to_install

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampRequest, TimeStampResponse

GRANTED = (0, 1)
"""The statuses of a response with a token: granted, and granted with modifications."""

MISSING = f"Tokens are read by the extra timestamps, which is not installed here. {how_to_install('timestamps')}"


class TimestampTokens:
    """Reads tokens, and checks them with the certificates that the operator trusts."""

    def __init__(self, trusted: Path | None) -> None:
        """trusted: a PEM file of certificates that tokens must lead to; None: any token of the bytes is taken"""
        self._trusted = trusted

    def request(self, content: bytes) -> TimeStampRequest:
        """A request for a token of the SHA-256 of some bytes, with a random nonce and for the signer's certificate."""
        try:
            from rfc3161_client import HashAlgorithm, TimestampRequestBuilder
        except ImportError:
            raise TimestampUnreadable(MISSING) from None
        builder = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256)
        return builder.nonce(nonce=True).cert_request(cert_request=True).build()

    def must_answer(self, response: bytes, request: TimeStampRequest) -> None:
        """Raises `TimestampRefused` for a response that is not the answer to this very request."""
        if _granted(response).tst_info.nonce != request.nonce:
            raise TimestampRefused("The token answers another request: its nonce is not ours.")

    def read(self, response: bytes, content: bytes) -> TokenFacts:
        """What a token says of some bytes. Raises `TimestampRefused`."""
        answer = _granted(response)
        if answer.tst_info.message_imprint.message != sha256(content).digest():
            raise TimestampRefused("The token is of other bytes.")
        self._verify(answer, content)
        at = answer.tst_info.gen_time
        return TokenFacts(at.replace(tzinfo=at.tzinfo or UTC), _authority(answer), self._trusted is not None)

    def _verify(self, answer: TimeStampResponse, content: bytes) -> None:
        if self._trusted is None:
            return
        from rfc3161_client import VerificationError, VerifierBuilder

        try:
            VerifierBuilder(roots=_certificates(self._trusted)).build().verify(answer, sha256(content).digest())
        except (VerificationError, ValueError) as error:
            raise TimestampRefused(
                f"The token does not lead to a certificate in {self._trusted}, which REPORTRUN_TIMESTAMP_CA names: "
                f"{str(error).strip('.')}."
            ) from None


def _granted(response: bytes) -> TimeStampResponse:
    try:
        from rfc3161_client import decode_timestamp_response
    except ImportError:
        raise TimestampUnreadable(MISSING) from None
    try:
        answer = decode_timestamp_response(response)
        status, words = answer.status, "; ".join(answer.status_string)
        if status not in GRANTED:
            raise TimestampRefused(f"The authority refuses, with status {status}: {words or 'no reason given'}.")
        assert answer.tst_info is not None
    except (ValueError, AssertionError) as error:
        if isinstance(error, TimestampRefused):
            raise
        raise TimestampRefused("The answer is no response of a timestamping authority.") from None
    return answer


def _authority(answer: TimeStampResponse) -> str:
    """The name in the certificate that signed, else the issuer's with the number that it gave it."""
    signer = next(iter(answer.signed_data.signer_infos), None)
    if signer is None:
        return "an authority without a name"
    for certificate in _embedded(answer):
        if (certificate.issuer, certificate.serial_number) == (signer.issuer, signer.serial_number):
            return certificate.subject.rfc4514_string()
    return f"certificate {signer.serial_number} of {signer.issuer.rfc4514_string()}"


def _embedded(answer: TimeStampResponse) -> list[Certificate]:
    from cryptography.x509 import load_der_x509_certificate

    try:
        return [load_der_x509_certificate(one) for one in answer.signed_data.certificates]
    except ValueError:
        return []


def _certificates(file: Path) -> list[Certificate]:
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError):
        raise TimestampRefused(
            f"{file}, which REPORTRUN_TIMESTAMP_CA names, cannot be read as certificates. Give a PEM file."
        ) from None
