"""The addresses of the proxies that a server trusts, as a setting lists them."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network

EVERY = "*"
"""The whole list: every address is trusted."""


def unreadable_word(listed: str) -> str | None:
    """The first word that is neither an address nor a network; None when there is none.

    uvicorn takes such a word for a text to compare with a caller's address, which it never equals.
    """
    return next((word for word in _words(listed) if listed != EVERY and _network_of(word) is None), None)


def trusts_every_address(listed: str) -> bool:
    """Whether networks of the list hold all addresses of IPv4 or of IPv6, each alone or together."""
    if listed == EVERY:
        return True
    networks = [network for word in _words(listed) if (network := _network_of(word)) is not None]
    of_ipv4 = collapse_addresses(one for one in networks if isinstance(one, IPv4Network))
    of_ipv6 = collapse_addresses(one for one in networks if isinstance(one, IPv6Network))
    return any(one.prefixlen == 0 for one in of_ipv4) or any(one.prefixlen == 0 for one in of_ipv6)


def _words(listed: str) -> list[str]:
    return [word.strip() for word in listed.split(",") if word.strip()]


def _network_of(word: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(word)
    except ValueError:
        return None
