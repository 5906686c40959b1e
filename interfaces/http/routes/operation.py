"""Path operations that FastAPI routes and describes, and that read their requests themselves.

Requests are written in Stripe's form grammar, which FastAPI's own reading does not know. So the parameters are
declared for the OpenAPI document, and the endpoint is called with the request alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from inspect import Parameter, Signature
from typing import Any

from fastapi import APIRouter, params
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from interfaces.http.requests.reading import FORM


class Operation(APIRoute):
    """A path operation without FastAPI's validation."""

    def get_route_handler(self) -> Callable[..., Any]:
        return self.endpoint


class Operations(APIRouter):
    """Path operations of one kind. Those that answer GET answer HEAD too."""

    def __init__(self, tag: str, dependencies: Sequence[params.Depends] = (), responses: Any = None) -> None:
        super().__init__(
            route_class=Operation,
            tags=[tag],
            dependencies=dependencies,
            responses=responses,
            generate_unique_id_function=lambda route: route.name,
        )

    def add_api_route(
        self, path: str, endpoint: Callable[..., Any], *, methods: Collection[str] | None = None, **declared: Any
    ) -> None:
        super().add_api_route(path, endpoint, methods=list(methods or ()), **declared)
        if methods and "GET" in methods:
            self.routes.append(
                Operation(path, endpoint, methods=["HEAD"], include_in_schema=False, response_model=None)
            )


def takes(**parameters: Any) -> params.Depends:
    """Declares parameters of an operation.

    parameters  the annotation of each, as FastAPI reads it: `id=Annotated[str, Path(...)]`
    """

    def declared() -> None:
        """Never called: `Operation` calls the endpoint alone."""

    declared.__signature__ = Signature(  # type: ignore[attr-defined]
        [Parameter(name, Parameter.KEYWORD_ONLY, annotation=annotation) for name, annotation in parameters.items()]
    )
    return params.Depends(declared)


def form_of(model: Any, example: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """The request body of an operation, as `openapi_extra`.

    model    has the names of the form on the wire: `parameters[columns][]`
    example  fields of a request that succeeds on the demo ledger
    more     other keywords of its JSON Schema
    """
    schema = TypeAdapter(model).json_schema() | more
    encoding = {}
    for name, inner in schema["properties"].items():
        inner.pop("title", None)  # made from the name, and worse than it
        is_list = inner["type"] == "array"
        inner["example"] = example.get(name, [] if is_list else "")  # Swagger UI makes values up where there is none
        if is_list:
            encoding[name] = {"style": "form", "explode": True}  # Swagger UI joins items with commas otherwise
    return {"requestBody": {"required": True, "content": {FORM: {"schema": schema, "encoding": encoding}}}}
