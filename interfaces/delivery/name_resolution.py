"""Resolves the hosts of endpoints, in threads of its own: a name server that hangs holds up nothing else."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address

from interfaces.delivery.address_rules import Address

THREADS = 16
"""Names that are looked up at once."""

BUDGET_SECONDS = 5.0
"""How long one look-up may take."""

Lookup = Callable[[str, int], Sequence[str]]
"""Gives the addresses of a host, as texts. Raises `OSError` for a host that has none."""


class HostNotFound(Exception):
    """A host without an address; the message says why."""


def system_lookup(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class NameResolver:
    def __init__(self, lookup: Lookup = system_lookup, budget_seconds: float = BUDGET_SECONDS) -> None:
        self._lookup = lookup
        self._budget_seconds = budget_seconds
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="names")

    async def addresses(self, host: str, port: int) -> Sequence[Address]:
        """Every address of a host, in the order of preference. Raises `HostNotFound`."""
        try:
            return [ip_address(host)]
        except ValueError:
            pass
        work = asyncio.get_running_loop().run_in_executor(self._threads, self._lookup, host, port)
        try:
            found = await asyncio.wait_for(work, self._budget_seconds)
        except TimeoutError:
            raise HostNotFound(f"The address of {host} could not be found within {self._budget_seconds:g} s.") from None
        except (OSError, UnicodeError):
            raise HostNotFound(f"The host {host} has no address.") from None
        return [ip_address(address) for address in found]

    def close(self) -> None:
        """Look up nothing more; a look-up that hangs is left behind."""
        self._threads.shutdown(wait=False, cancel_futures=True)
