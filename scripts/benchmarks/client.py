"""An HTTP client for the benchmarks: creates and reads runs over one connection."""

from __future__ import annotations

import time
from typing import Any

import httpx

RUNS = "/v1/reporting/report_runs"
JANUARY = (1_735_689_600, 1_738_368_000)
SUMMARY = "balance.summary.1"


def body_of(report_type: str = SUMMARY, interval: tuple[int, int] = JANUARY) -> str:
    """The form of a create, as clients encode it."""
    start, end = interval
    return f"report_type={report_type}&parameters%5Binterval_start%5D={start}&parameters%5Binterval_end%5D={end}"


class Client:
    """One connection, authenticated with a key."""

    def __init__(self, address: str, key: str) -> None:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/x-www-form-urlencoded"}
        self._http = httpx.Client(base_url=address, headers=headers, timeout=600)

    def create(self, **options: Any) -> str:
        return str(self._http.post(RUNS, content=body_of(**options)).raise_for_status().json()["id"])

    def get(self, address: str) -> Any:
        return self._http.get(address).raise_for_status().json()

    def ended(self, run: str, every_seconds: float) -> dict[str, Any]:
        """The run once it has succeeded. Raises `RuntimeError` when it fails."""
        while True:
            found = self.get(f"{RUNS}/{run}")
            if found["status"] == "succeeded":
                return dict(found)
            if found["status"] == "failed":
                raise RuntimeError(found["error"])
            time.sleep(every_seconds)

    def close(self) -> None:
        self._http.close()
