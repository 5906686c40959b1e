"""Asking a site for something, as one client does."""

from __future__ import annotations

from typing import Any

import httpx

from tests.faults.reckoning import settle
from tests.faults.traffic import RUNS, a_report
from tests.support.client import client_at
from tests.support.site import Site


def client_of(site: Site) -> httpx.Client:
    return client_at(site.address, site.key)


def create(site: Site) -> httpx.Response:
    with client_of(site) as http:
        return http.post(RUNS, data=a_report())


def created(site: Site) -> str:
    """The id of a new run."""
    id: str = create(site).raise_for_status().json()["id"]
    return id


def get(site: Site, path: str) -> httpx.Response:
    with client_of(site) as http:
        return http.get(path)


def run_of(site: Site, id: str) -> dict[str, Any]:
    run: dict[str, Any] = get(site, f"{RUNS}/{id}").raise_for_status().json()
    return run


def finished_run(site: Site) -> dict[str, Any]:
    """A run that has ended, one way or the other."""
    id = created(site)
    settle(site)
    return run_of(site, id)


def is_ready(site: Site) -> bool:
    return get(site, "/readyz").status_code == 200


def message_of(answer: httpx.Response) -> str:
    message: str = answer.json()["error"]["message"]
    return message
