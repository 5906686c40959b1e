"""A client of a server that tests have started."""

from __future__ import annotations

import httpx


def client_at(address: str, key: str, timeout: float = 30.0) -> httpx.Client:
    """Sends a key with each request.

    The address is `http`: without `verify=False` each new client reads the certificates of all authorities, which takes
    longer than many requests.
    """
    return httpx.Client(base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=timeout, verify=False)
