"""The blocks of addresses that no delivery goes to, or only where the operator names them.

Source: IANA's registries of special-purpose addresses for IPv4 and IPv6, and the metadata services of cloud providers.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network

Network = IPv4Network | IPv6Network


def _blocks(what: str, *networks: str) -> tuple[tuple[Network, str], ...]:
    return tuple((ip_network(network), what) for network in networks)


METADATA = _blocks(
    "the metadata service of a cloud provider",
    "169.254.169.254/32", "169.254.170.2/32", "169.254.170.23/32", "168.63.129.16/32", "100.100.100.200/32",
    "192.0.0.192/32", "fd00:ec2::254/128", "fd00:ec2::23/128", "fd20:ce::254/128", "fd00:42::42/128",
)  # fmt: skip
"""Each is one address, and is permitted by its own name alone."""

LOCAL = (
    *_blocks("a loopback address", "127.0.0.0/8", "::1/128"),
    *_blocks("a link-local address", "169.254.0.0/16", "fe80::/10"),
)
"""Permitted by a network that lies within the block."""

INTERNAL = (
    *_blocks("a private address", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
    *_blocks("an address of a carrier's NAT", "100.64.0.0/10"),
    *_blocks("a unique local address", "fc00::/7"),
)
"""Permitted by any network that holds the address."""

GLOBAL_UNICAST = IPv6Network("2000::/3")

NEVER = (
    *_blocks("an address of this host", "0.0.0.0/8"),
    *_blocks("a multicast address", "224.0.0.0/4", "ff00::/8"),
    *_blocks("a reserved address", "240.0.0.0/4", "192.0.0.0/24", "2001::/23"),
    *_blocks("an address for documentation", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"),
    *_blocks("an address for documentation", "2001:db8::/32", "3fff::/20"),
    *_blocks("an address for benchmarks", "198.18.0.0/15"),
    *_blocks("an address of a 6to4 relay", "192.88.99.0/24", "2002::/16"),
    *_blocks("an address of a shared service", "192.31.196.0/24", "192.52.193.0/24", "192.175.48.0/24"),
    *_blocks("an address of a shared service", "2620:4f:8000::/48"),
)
"""No name permits these: no receiver can have one, or they stand for an address of another kind."""
