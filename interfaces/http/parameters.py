"""Reads what a request asks for: its form, its page, its filters. Names the parameter at fault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request

from application.views import ANY_TIME, Bounds
from domain.errors import EmptyParameter, InvalidParameter, NotAnInteger, TooLong, UnknownParameters, WrongShape
from domain.instants import LATEST
from domain.run_parameters import MAX_STRING
from interfaces.http.errors import RequestRefused
from interfaces.http.form import Form, parse_form

FORM = b"application/x-www-form-urlencoded"
NOT_A_FORM = (
    "Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any "
    "questions, we can help at https://support.stripe.com/."
)
DEFAULT_LIMIT, LARGEST_LIMIT = 10, 100


def query_of(request: Request) -> Form:
    return parse_form(request.scope["query_string"])


async def form_of(request: Request, max_bytes: int) -> Form:
    """The body's form, with what the query says beside it. Raises `RequestRefused` for a body that is none."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower().encode()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_bytes:
            raise RequestRefused(f"The request body is larger than {max_bytes} bytes, the most that is read.")
    if body and content_type != FORM:
        raise RequestRefused(NOT_A_FORM)
    return {**query_of(request), **parse_form(bytes(body))}


def only(form: Mapping[str, Any], *known: str) -> None:
    """Raises `UnknownParameters` for names that the address does not take."""
    unknown = [name for name in form if name not in known]
    if unknown:
        raise UnknownParameters(unknown)


def text(form: Mapping[str, Any], name: str) -> str | None:
    """A text, or None when it is not there."""
    value = form.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        shown = {str(i): item for i, item in enumerate(value)} if isinstance(value, list) else value
        raise WrongShape(f"Invalid string: {orjson.dumps(shown).decode()[:200]}", name)
    if not value:
        raise EmptyParameter(name)
    if len(value) > MAX_STRING:
        raise TooLong(value, MAX_STRING, name)
    return value


def hash(form: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A hash; empty when it is not there."""
    value = form.get(name, {})
    if isinstance(value, list):  # `parameters[0]=a`: numbered keys are keys all the same
        return {str(index): item for index, item in enumerate(value)}
    if not isinstance(value, dict):
        raise WrongShape("Invalid object", name)
    return value


def limit(form: Mapping[str, Any]) -> int:
    """How many rows a page has; what is out of range is brought to its nearest end, as recorded traffic shows."""
    asked = text(form, "limit")
    if asked is None:
        return DEFAULT_LIMIT
    return min(max(_integer(asked, "limit"), 1), LARGEST_LIMIT)


def created(form: Mapping[str, Any]) -> Bounds:
    """The `created` filter: a second, or a hash of gt, gte, lt, lte."""
    value = form.get("created")
    if value is None:
        return ANY_TIME
    if isinstance(value, str):
        second = _integer(value, "created")
        return Bounds(second, second)
    if not isinstance(value, dict):
        raise WrongShape("Invalid object", "created")
    unknown = [f"created[{name}]" for name in value if name not in ("gt", "gte", "lt", "lte")]
    if unknown:
        raise UnknownParameters(unknown)
    edges = {name: _integer(str(second), f"created[{name}]") for name, second in value.items()}
    return Bounds(
        first=max(0, edges.get("gte", 0), edges.get("gt", -1) + 1),
        last=min(LATEST, edges.get("lte", LATEST), edges.get("lt", LATEST + 1) - 1),
    )


def check_expand(form: Mapping[str, Any], *, is_list: bool = False) -> None:
    """Raises `InvalidParameter`, since nothing here can be expanded: results are whole objects already."""
    paths = form.get("expand", [])
    if not isinstance(paths, list):
        raise WrongShape("Invalid array", "expand")
    for path in paths:
        if is_list and path == "data":
            continue
        hint = f" You may want to try expanding 'data.{path}' instead." if is_list and _outside_data(path) else ""
        raise InvalidParameter(f"This property cannot be expanded ({path}).{hint}")


def _outside_data(path: Any) -> bool:
    return not str(path).startswith("data.")


def _integer(value: str, param: str) -> int:
    digits = value.strip().removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 15:
        raise NotAnInteger(value[:100], param)
    return int(value)
