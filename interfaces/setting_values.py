"""Values of settings: read from text, checked against limits, and written back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, collapse_addresses, ip_network
from pathlib import Path
from typing import Any


class SettingRefused(ValueError):
    """A setting with a value that cannot be used; the message names the setting and says what would be right."""


def _path(text: str, name: str) -> Path:
    if not text:
        raise SettingRefused(f"{name} is empty. Give the path of a folder.")
    return Path(text)


def _words(text: str, name: str = "") -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _flag(text: str, name: str) -> bool:
    if text not in ("0", "1"):
        raise SettingRefused(f"{name} is {text!r}. Give 1 or 0.")
    return text == "1"


def _count(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise SettingRefused(f"{name} is {text!r}. Give a whole number, 0 or more.")
    return int(text)


def _duration(text: str, name: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        raise SettingRefused(f"{name} is {text!r}. Give a number of seconds above 0.")
    return seconds


def _durations(text: str, name: str) -> tuple[float, ...]:
    """Seconds, separated by commas; 0 is allowed, for something that is done at once."""
    try:
        values = tuple(float(word) for word in text.split(","))
    except ValueError:
        values = ()
    if not values or not all(0 <= seconds < float("inf") for seconds in values):
        raise SettingRefused(f"{name} is {text!r}. Give numbers of seconds, separated by commas, such as 0,5,300.")
    return values


READERS = {
    "Path": _path,
    "str": lambda text, name: text,
    "tuple[str, ...] | None": _words,
    "tuple[float, ...]": _durations,
    "bool": _flag,
    "int": _count,
    "float": _duration,
}
"""Each type of a setting, as written in its annotation, and what reads it from a text."""


def checked(
    value: Any,
    name: str,
    *,
    least: int,
    one_of: Sequence[str],
    address: Sequence[str],
    hosts: bool,
    networks: bool,
    user_keys: bool,
    proxies: bool,
    **_: Any,
) -> Any:
    """The value, if it is within the limits; the address of a bucket without slashes at its end.

    Raises `SettingRefused`.
    """
    if isinstance(value, int) and value < least:
        raise SettingRefused(f"{name} is {value}. Give {least} or more.")
    if one_of and value not in one_of:
        raise SettingRefused(f"{name} is {value!r}. Give {', '.join(one_of[:-1])} or {one_of[-1]}.")
    for host in (value or ()) if hosts else ():
        if not is_host(host):
            raise SettingRefused(
                f"{name} has {host!r}, which is no host. Give names such as reports.example or reports.example:8443, "
                "separated by commas."
            )
    for network in (value or ()) if networks else ():
        if _network_of(network) is None:
            raise SettingRefused(
                f"{name} has {network!r}, which is no network. Give networks such as 10.1.0.0/16 or fd12::/48, "
                "separated by commas."
            )
    if proxies and (word := unreadable_proxy(value)) is not None:
        raise SettingRefused(
            f"{name} has {word!r}, which is no address and no network. Give those of the proxies, such as 10.0.0.7 or "
            "10.1.0.0/16, separated by commas, or * alone for all."
        )
    for word in (value or ()) if user_keys else ():
        if not _KEY_FOR_USER.fullmatch(word):
            raise SettingRefused(
                f"{name} has {word!r}. Give the id of a key such as key_1A2b3C4d5E6f7G8h, or a user and a key such as "
                "ada@example.com=key_1A2b3C4d5E6f7G8h, separated by commas."
            )
    if value and address and not _begins(value, address):
        folder = "a folder, or " if "" in address else ""
        beginnings = " or ".join(one for one in address if one)
        raise SettingRefused(f"{name} is {value!r}. Give {folder}an address that begins with {beginnings}.")
    return _bucket_address(value, name) if address and value.startswith("s3://") else value


_HOST = re.compile(r"(?:([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?)|\[([0-9A-Fa-f:.]+)\])(?::(\d{1,5}))?", re.ASCII)
MAX_HOST_NAME = 253


def is_host(text: str) -> bool:
    """Whether it is the name or address of a host, with or without a port: `reports.example:8443`, `[::1]`."""
    match = _HOST.fullmatch(text) if len(text) <= MAX_HOST_NAME + len(":65535") else None
    if match is None:
        return False
    name, address, port = match.groups()
    return (port is None or 0 < int(port) <= 65_535) and (len(name) <= MAX_HOST_NAME if name else _is_ipv6(address))


ANY_USER = "*"
"""Stands for the users who are not named themselves."""

_KEY_FOR_USER = re.compile(r"(?:[^=]+=)?key_[A-Za-z0-9]+", re.ASCII)


def key_for_user(word: str) -> tuple[str, str]:
    """The user and the key of `ada@example.com=key_...`; `ANY_USER` and the key of `key_...`."""
    user, _, key = word.rpartition("=")
    return user.strip() or ANY_USER, key


def _is_ipv6(address: str) -> bool:
    try:
        IPv6Address(address)
    except ValueError:
        return False
    return True


EVERY_PROXY = "*"
"""The whole list of trusted proxies: every address is one."""


def unreadable_proxy(listed: str) -> str | None:
    """The first word of a list of trusted proxies that is neither an address nor a network; None when there is none.

    uvicorn takes such a word for a text to compare with a caller's address, which it never equals.
    """
    return next((word for word in _words(listed) if listed != EVERY_PROXY and _network_of(word) is None), None)


def trusts_every_address(listed: str) -> bool:
    """Whether networks of the list hold all addresses of IPv4 or of IPv6, each alone or together."""
    if listed == EVERY_PROXY:
        return True
    networks = [network for word in _words(listed) if (network := _network_of(word)) is not None]
    of_ipv4 = collapse_addresses(one for one in networks if isinstance(one, IPv4Network))
    of_ipv6 = collapse_addresses(one for one in networks if isinstance(one, IPv6Network))
    return any(one.prefixlen == 0 for one in of_ipv4) or any(one.prefixlen == 0 for one in of_ipv6)


def _network_of(word: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(word)
    except ValueError:
        return None


def _begins(value: str, address: Sequence[str]) -> bool:
    if "://" not in value:
        return "" in address
    return value.startswith(tuple(one for one in address if one))


def _bucket_address(value: str, name: str) -> str:
    """The address without slashes at its end: paths are joined to it by one."""
    address = value.rstrip("/")
    if not re.fullmatch("s3://[^/]+(/[^/]+)*", address):
        raise SettingRefused(f"{name} is {value!r}. Give the name of a bucket, and a path without empty parts.")
    return address


def shown(value: Any) -> str:
    """A default, as the table of settings shows it."""
    if value is None or value == "":
        return "unset"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, tuple):
        return ",".join(shown(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def written(value: Any) -> str:
    """A value, as it is read again from the environment."""
    if isinstance(value, bool):
        return str(int(value))
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
