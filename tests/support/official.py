"""The official Python client, pointed at a server of ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stripe import StripeClient, StripeObject

from tests.support.processes import asked_until
from tests.support.small_ledger import JANUARY_END, JANUARY_START

FINISH_SECONDS = 30


def stripe_client(key: str, address: str) -> StripeClient:
    return StripeClient(key, base_addresses={"api": address, "files": address}, max_network_retries=0)


def create(
    client: StripeClient, report_type: str = "balance.summary.1", *, columns: Sequence[str] = (), **more: str
) -> Any:
    parameters: Any = {"interval_start": JANUARY_START, "interval_end": JANUARY_END, **more}
    if columns:
        parameters["columns"] = list(columns)
    return client.v1.reporting.report_runs.create({"report_type": report_type, "parameters": parameters})


def finished(client: StripeClient, id: str) -> Any:
    """The run, once it is no longer pending."""
    runs = client.v1.reporting.report_runs
    return asked_until(
        lambda: runs.retrieve(id), lambda run: run.status != "pending", f"{id} is not finished", FINISH_SECONDS
    )


def plain(thing: StripeObject) -> dict[str, Any]:
    """An object of the client as the hash that came over the wire."""
    return dict(thing.to_dict())
