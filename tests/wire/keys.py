"""Keys, as requests send them."""

from __future__ import annotations

RUNS = "/v1/reporting/report_runs"


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}
