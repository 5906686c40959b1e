"""The OpenAPI document: FastAPI's own, with a title, without a validation that is not done, and with named forms."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI

Document = dict[str, Any]

TAGS = ("runs", "types", "files", "events", "webhooks", "test helpers", "audit", "requests", "public links", "health")

ABOUT: dict[str, Any] = {
    "title": "Reportrun",
    "version": version("reportrun"),
    "description": "Stripe's Reporting API, self-hosted. Keys go into Basic (as the user) or Bearer auth. "
    "Bodies and queries are form-encoded: hashes as `a[b]=1`, lists as `a[0]=1` or `a[]=1`.",
    "openapi_tags": [{"name": tag} for tag in TAGS],
}
"""Arguments of a FastAPI app."""


def describe(app: FastAPI) -> None:
    """Let the app serve the document."""
    make = app.openapi

    @cache
    def document() -> Document:
        made = deepcopy(make())
        _drop_validation_errors(made)
        _name_forms(made)
        return made

    app.openapi = document  # type: ignore[method-assign]


def _drop_validation_errors(document: Document) -> None:
    """FastAPI adds a 422 to each operation with parameters; operations here answer 400."""
    for operation in _operations(document):
        operation["responses"].pop("422", None)
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)


def _name_forms(document: Document) -> None:
    """Move the schemas of request bodies to the components, so that generated clients name their classes by them."""
    schemas = document["components"]["schemas"]
    for operation in _operations(document):
        for body in operation.get("requestBody", {}).get("content", {}).values():
            name = body["schema"]["title"]
            schemas[name] = body["schema"]
            body["schema"] = {"$ref": f"#/components/schemas/{name}"}


def _operations(document: Document) -> Iterator[Document]:
    for methods in document["paths"].values():
        yield from methods.values()
