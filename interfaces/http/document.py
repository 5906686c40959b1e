"""The OpenAPI document: FastAPI's own, with a title and without the status of a validation that is not done."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI

ABOUT = {
    "title": "Reportrun",
    "version": version("reportrun"),
    "description": "Stripe's Reporting API, self-hosted. Keys go into Basic (as the user) or Bearer auth. "
    "Bodies and queries are form-encoded: hashes as `a[b]=1`, lists as `a[0]=1` or `a[]=1`.",
    "servers": [{"url": "/"}],
    "openapi_tags": [{"name": tag} for tag in ("runs", "types", "files", "test helpers", "health")],
}
"""Arguments of a FastAPI app."""


def drop_validation_errors(app: FastAPI) -> None:
    """FastAPI adds a 422 to each operation with parameters; operations here answer 400."""
    make = app.openapi

    def document() -> dict[str, Any]:
        made = make()
        for operations in made["paths"].values():
            for operation in operations.values():
                operation["responses"].pop("422", None)
        for name in ("HTTPValidationError", "ValidationError"):
            made["components"]["schemas"].pop(name, None)
        return made

    app.openapi = document  # type: ignore[method-assign]
