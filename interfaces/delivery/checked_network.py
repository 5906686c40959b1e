"""The network of one delivery: resolves the host once, checks every address, and connects to a checked one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from httpcore2 import SOCKET_OPTION, AsyncNetworkBackend, AsyncNetworkStream, ConnectError, ConnectTimeout

from interfaces.delivery.address_rules import Address, AddressRules
from interfaces.delivery.name_resolution import NameResolver

CONNECT_SECONDS = 5.0
"""How long connecting to one address may take, before the next one is tried."""


class AddressRefused(Exception):
    """A host with an address that no delivery may go to; the message says which kind it is."""


class CheckedNetwork(AsyncNetworkBackend):
    """Connects to permitted addresses. TLS and the Host header keep the name that was resolved."""

    def __init__(
        self, rules: AddressRules, resolver: NameResolver, dialer: AsyncNetworkBackend, *, only_named: bool
    ) -> None:
        """
        dialer      connects to an address
        only_named  whether every address must be in a network that the operator names, as for http:// in live mode
        """
        self._rules = rules
        self._resolver = resolver
        self._dialer = dialer
        self._only_named = only_named
        self._opened: AsyncNetworkStream | None = None

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Raises `HostNotFound`, `AddressRefused`, or the last address's `ConnectError` or `ConnectTimeout`."""
        addresses = await self._resolver.addresses(host, port)
        self._check(host, addresses)
        failure: ConnectError | ConnectTimeout = ConnectError("no address")
        for address in addresses:
            try:
                self._opened = await self._dialer.connect_tcp(
                    str(address), port, CONNECT_SECONDS, local_address, socket_options
                )
                return self._opened
            except (ConnectError, ConnectTimeout) as error:
                failure = error
        raise failure

    def _check(self, host: str, addresses: Sequence[Address]) -> None:
        for address in addresses:
            what = self._rules.refusal(address)
            if what is not None:
                raise AddressRefused(f"Nothing is sent to {host}: it is {what}.")
            if self._only_named and not self._rules.is_named(address):
                raise AddressRefused(f"Nothing is sent to {host} over http:// in live mode. Use https://.")

    async def aclose(self) -> None:
        """Close what was connected: a TLS handshake that is broken off leaves its connection open."""
        if self._opened is not None:
            await self._opened.aclose()

    async def sleep(self, seconds: float) -> None:
        await self._dialer.sleep(seconds)
