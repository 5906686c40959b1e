"""The rule which addresses deliveries may go to."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from interfaces.delivery.address_blocks import GLOBAL_UNICAST, INTERNAL, LOCAL, METADATA, NEVER, Network

Address = IPv4Address | IPv6Address

SETTING = "REPORTRUN_WEBHOOK_NETWORKS"


class AddressRules:
    """Judges addresses. networks: those that the operator names, as `10.1.0.0/16`"""

    def __init__(self, networks: Sequence[str] = ()) -> None:
        self._named = [ip_network(network) for network in networks]

    def is_named(self, address: Address) -> bool:
        return any(address in network for network in self._named)

    def refusal(self, address: Address) -> str | None:
        """What an address is that no delivery may go to, with what would permit it; None for one that is permitted."""
        for block, what in METADATA:
            if address in block:
                return self._unless(self._has_name_within(block, address), what, f"names {block}")
        for block, what in LOCAL:
            if address in block:
                return self._unless(self._has_name_within(block, address), what, f"names a network within {block}")
        for block, what in INTERNAL:
            if address in block:
                return self._unless(self.is_named(address), what, "names its network")
        for block, what in NEVER:
            if address in block:
                return what
        if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST:
            return "no global unicast address"
        return None

    def refusal_of_host(self, host: str) -> str | None:
        """As `refusal`, of an address that stands in a URL, or of `localhost`. Other names are permitted: they are
        resolved at each delivery."""
        refusals = [self.refusal(address) for address in _addresses_in(host)]
        return refusals[0] if refusals and None not in refusals else None

    def _has_name_within(self, block: Network, address: Address) -> bool:
        return any(address in named and _lies_within(named, block) for named in self._named)

    @staticmethod
    def _unless(is_permitted: bool, what: str, remedy: str) -> str | None:
        return None if is_permitted else f"{what}, which is permitted where {SETTING} {remedy}"


def _lies_within(network: Network, block: Network) -> bool:
    return network.version == block.version and network.subnet_of(block)  # type: ignore[arg-type]


def _addresses_in(host: str) -> list[Address]:
    """The addresses that a host is without being resolved: `localhost` and names within it are loopback (RFC 6761)."""
    if f".{host.rstrip('.').lower()}".endswith(".localhost"):
        return [ip_address("127.0.0.1"), ip_address("::1")]
    try:
        return [ip_address(host)]
    except ValueError:
        return []
