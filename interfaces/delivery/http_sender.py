"""Sends a delivery over HTTP: one connection, one deadline, no redirects, no proxy."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpcore2

from application.ports.clock import Clock
from application.ports.webhook_sender import Answer, Outgoing
from interfaces.delivery.address_rules import AddressRules
from interfaces.delivery.checked_network import AddressRefused, CheckedNetwork
from interfaces.delivery.name_resolution import HostNotFound, NameResolver
from interfaces.delivery.retry_after import retry_after_seconds

DEADLINE_SECONDS = 20.0
"""From the look-up of the host to the last byte of the answer."""

MOST_READ_BYTES = 64 * 1024
"""Of an answer's body; what lies beyond is not read."""

KEPT_BYTES = 1024
"""Of an answer's body, for the record of the attempt."""

HEADERS = {
    "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    "Accept": "*/*; q=0.5, application/xml",
    "Cache-Control": "no-cache",
    "Content-Type": "application/json; charset=utf-8",
    "Connection": "close",
}
"""As receivers of Stripe's deliveries expect them. Each attempt has a connection of its own, so that the address is
checked at each."""

_FAILURES = (
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.TimeoutException,
    httpcore2.UnsupportedProtocol,
    OSError,
)


class HttpSender:
    def __init__(
        self,
        rules: AddressRules,
        resolver: NameResolver,
        clock: Clock,
        *,
        deadline_seconds: float = DEADLINE_SECONDS,
        tls: ssl.SSLContext | None = None,
        dialer: httpcore2.AsyncNetworkBackend | None = None,
    ) -> None:
        """
        tls     None: the system's certificate authorities, or those that `SSL_CERT_FILE` names
        dialer  connects to an address; None: over TCP
        """
        self._rules = rules
        self._resolver = resolver
        self._clock = clock
        self._deadline_seconds = deadline_seconds
        self._tls = tls or httpcore2.default_ssl_context()
        self._dialer = dialer or httpcore2.AnyIOBackend()

    async def send(self, outgoing: Outgoing) -> Answer:
        answer = Answer(None, f"No answer came within {self._deadline_seconds:g} s.")
        try:
            async with asyncio.timeout(self._deadline_seconds), self._connection(outgoing) as connection:
                headers = [*HEADERS.items(), *outgoing.headers.items()]
                async with connection.stream("POST", outgoing.url, headers=headers, content=outgoing.body) as response:
                    answer = self._head_of(response)
                    return answer._replace(body=_text(await _beginning(response)), error=None)
        except TimeoutError:
            return answer
        except (AddressRefused, HostNotFound) as refused:
            return Answer(None, str(refused))
        except _FAILURES as error:
            return answer._replace(error=_sentence(error))

    @asynccontextmanager
    async def _connection(self, outgoing: Outgoing) -> AsyncIterator[httpcore2.AsyncHTTPConnection]:
        url = httpcore2.URL(outgoing.url)
        only_named = outgoing.livemode and url.scheme != b"https"
        network = CheckedNetwork(self._rules, self._resolver, self._dialer, only_named=only_named)
        try:
            async with httpcore2.AsyncHTTPConnection(url.origin, self._tls, network_backend=network) as connection:
                yield connection
        finally:
            await network.aclose()

    def _head_of(self, response: httpcore2.Response) -> Answer:
        """The answer as far as its head tells; it is incomplete until its body has been read."""
        incomplete = f"The answer was not complete within {self._deadline_seconds:g} s."
        values = [value for name, value in response.headers if name.lower() == b"retry-after"]
        wait = retry_after_seconds(values[0].decode("latin-1"), self._clock.now()) if values else None
        return Answer(response.status, incomplete, retry_after_seconds=wait)


async def _beginning(response: httpcore2.Response) -> bytes:
    """What is kept of a body, once it has been read to its end, or as far as bodies are read."""
    kept, read = b"", 0
    async for chunk in response.aiter_stream():
        read += len(chunk)
        kept += chunk[: KEPT_BYTES - len(kept)]
        if read >= MOST_READ_BYTES:
            break
    return kept


def _text(body: bytes) -> str:
    """A body as it can be stored; a database's text takes no NUL."""
    return body.decode(errors="replace").replace("\0", "\ufffd")


def _sentence(error: Exception) -> str:
    if isinstance(error, httpcore2.ConnectTimeout):
        return "The endpoint's host did not take the connection in time."
    if isinstance(error, httpcore2.ConnectError):
        return f"The endpoint cannot be connected to: {str(error).strip('.') or 'no reason given'}."
    if isinstance(error, httpcore2.ProtocolError):
        return f"The endpoint's answer is not HTTP: {str(error).strip('.')}."
    return f"The connection to the endpoint broke: {str(error).strip('.') or type(error).__name__}."
