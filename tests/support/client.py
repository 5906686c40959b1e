"""A client of a server that tests have started."""

from __future__ import annotations

import httpx

REPLY_SECONDS = 60.0
"""A server that has not answered by then hangs. Without a time-out of its own, a client waits for five seconds."""


def client_at(address: str, key: str, timeout: float = REPLY_SECONDS) -> httpx.Client:
    """Sends a key with each request.

    The address is `http`: without `verify=False` each new client reads the certificates of all authorities, which takes
    longer than many requests.
    """
    return httpx.Client(base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=timeout, verify=False)
